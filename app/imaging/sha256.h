// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4) by libcrypto's small functions: EVP would pull most of libcrypto into the
// static client, and QCryptographicHash is an order of magnitude slower.
#pragma once

#include <QByteArray>
#include <QString>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace imaging
{

using Digest = std::array<std::byte, 32>;

class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256 &&) noexcept;
    Sha256 &operator=(Sha256 &&) noexcept;

    void update(std::span<const std::byte> data);
    // Ends the computation; the object may not be used afterwards.
    [[nodiscard]] Digest finish();

    [[nodiscard]] static Digest of(std::span<const std::byte> data);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

// 64 lower-case hex digits.
[[nodiscard]] QString toHex(const Digest &digest);
[[nodiscard]] std::optional<Digest> digestFromHex(QStringView text);

} // namespace imaging
