// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/checksum.h"

// Deprecated in favour of EVP; see sha256.h.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <QByteArray>

#include <array>
#include <variant>

namespace imaging
{

using namespace Qt::StringLiterals;

namespace
{

using Context = std::variant<SHA_CTX, SHA256_CTX, SHA512_CTX>;

void start(SHA_CTX &context)
{
    SHA1_Init(&context);
}
void start(SHA256_CTX &context)
{
    SHA256_Init(&context);
}
void start(SHA512_CTX &context)
{
    SHA512_Init(&context);
}

void add(SHA_CTX &context, std::span<const std::byte> data)
{
    SHA1_Update(&context, data.data(), data.size());
}
void add(SHA256_CTX &context, std::span<const std::byte> data)
{
    SHA256_Update(&context, data.data(), data.size());
}
void add(SHA512_CTX &context, std::span<const std::byte> data)
{
    SHA512_Update(&context, data.data(), data.size());
}

using Sum = std::array<unsigned char, SHA512_DIGEST_LENGTH>;

qsizetype end(SHA_CTX &context, Sum &sum)
{
    SHA1_Final(sum.data(), &context);
    return SHA_DIGEST_LENGTH;
}
qsizetype end(SHA256_CTX &context, Sum &sum)
{
    SHA256_Final(sum.data(), &context);
    return SHA256_DIGEST_LENGTH;
}
qsizetype end(SHA512_CTX &context, Sum &sum)
{
    SHA512_Final(sum.data(), &context);
    return SHA512_DIGEST_LENGTH;
}

Context contextOf(ChecksumType type)
{
    switch (type) {
    case ChecksumType::Sha1:
        return SHA_CTX{};
    case ChecksumType::Sha256:
        return SHA256_CTX{};
    case ChecksumType::Sha512:
        break;
    }
    return SHA512_CTX{};
}

} // namespace

std::optional<ChecksumType> checksumTypeFromName(QStringView name)
{
    if (name == "sha1"_L1)
        return ChecksumType::Sha1;
    if (name == "sha256"_L1)
        return ChecksumType::Sha256;
    if (name == "sha512"_L1)
        return ChecksumType::Sha512;
    return std::nullopt;
}

qsizetype hexDigits(ChecksumType type)
{
    switch (type) {
    case ChecksumType::Sha1:
        return 2 * SHA_DIGEST_LENGTH;
    case ChecksumType::Sha256:
        return 2 * SHA256_DIGEST_LENGTH;
    case ChecksumType::Sha512:
        break;
    }
    return 2 * SHA512_DIGEST_LENGTH;
}

struct Checksum::State {
    Context context;
};

Checksum::Checksum(ChecksumType type) : m_state(std::make_unique<State>(State{contextOf(type)}))
{
    std::visit([](auto &context) { start(context); }, m_state->context);
}

Checksum::~Checksum() = default;
Checksum::Checksum(Checksum &&) noexcept = default;
Checksum &Checksum::operator=(Checksum &&) noexcept = default;

void Checksum::update(std::span<const std::byte> data)
{
    std::visit([data](auto &context) { add(context, data); }, m_state->context);
}

QString Checksum::finish()
{
    Sum sum;
    const qsizetype bytes =
        std::visit([&sum](auto &context) { return end(context, sum); }, m_state->context);
    const auto raw = QByteArray::fromRawData(reinterpret_cast<const char *>(sum.data()), bytes);
    return QString::fromLatin1(raw.toHex());
}

} // namespace imaging
