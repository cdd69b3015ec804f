// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/sha256.h"

// The small functions are deprecated in favour of EVP; the header says why they are used all the
// same.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>

namespace imaging
{
namespace
{

std::optional<unsigned> hexDigit(QChar c)
{
    const char16_t u = c.unicode();
    if (u >= u'0' && u <= u'9')
        return u - u'0';
    if (u >= u'a' && u <= u'f')
        return u - u'a' + 10;
    if (u >= u'A' && u <= u'F')
        return u - u'A' + 10;
    return std::nullopt;
}

} // namespace

struct Sha256::State {
    SHA256_CTX context;
};

Sha256::Sha256() : m_state(std::make_unique<State>())
{
    SHA256_Init(&m_state->context);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256 &&) noexcept = default;
Sha256 &Sha256::operator=(Sha256 &&) noexcept = default;

void Sha256::update(std::span<const std::byte> data)
{
    SHA256_Update(&m_state->context, data.data(), data.size());
}

Digest Sha256::finish()
{
    Digest digest;
    SHA256_Final(reinterpret_cast<unsigned char *>(digest.data()), &m_state->context);
    return digest;
}

Digest Sha256::of(std::span<const std::byte> data)
{
    SHA256_CTX context;
    Digest digest;
    SHA256_Init(&context);
    SHA256_Update(&context, data.data(), data.size());
    SHA256_Final(reinterpret_cast<unsigned char *>(digest.data()), &context);
    return digest;
}

QString toHex(const Digest &digest)
{
    const auto raw = QByteArray::fromRawData(reinterpret_cast<const char *>(digest.data()),
                                             qsizetype(digest.size()));
    return QString::fromLatin1(raw.toHex());
}

std::optional<Digest> digestFromHex(QStringView text)
{
    Digest digest;
    if (text.size() != qsizetype(digest.size()) * 2)
        return std::nullopt;
    for (size_t i = 0; i < digest.size(); ++i) {
        const auto high = hexDigit(text[qsizetype(i) * 2]);
        const auto low = hexDigit(text[qsizetype(i) * 2 + 1]);
        if (!high || !low)
            return std::nullopt;
        digest[i] = std::byte(*high << 4 | *low);
    }
    return digest;
}

} // namespace imaging
