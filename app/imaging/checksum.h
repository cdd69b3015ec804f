// SPDX-License-Identifier: GPL-3.0-or-later
// The checksums that other people publish beside an image: SHA-1, SHA-256 and SHA-512 (FIPS 180-4),
// by libcrypto's small functions as in sha256.h. Our own formats know SHA-256 alone.
#pragma once

#include <QString>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace imaging
{

enum class ChecksumType { Sha1, Sha256, Sha512 };

// "sha1", "sha256", "sha512"; nullopt for anything else.
[[nodiscard]] std::optional<ChecksumType> checksumTypeFromName(QStringView name);
// Of the sum written as text.
[[nodiscard]] qsizetype hexDigits(ChecksumType type);

class Checksum
{
public:
    explicit Checksum(ChecksumType type);
    ~Checksum();
    Checksum(Checksum &&) noexcept;
    Checksum &operator=(Checksum &&) noexcept;

    void update(std::span<const std::byte> data);
    // Lower-case hex digits. Ends the computation; the object may not be used afterwards.
    [[nodiscard]] QString finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace imaging
