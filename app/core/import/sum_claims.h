// SPDX-License-Identifier: GPL-3.0-or-later
// What published sums claim of an image, and whether it is so. A compressed image has two sums, its
// file's and its own, and publishers mix them up: a claim holds when it is true of either, for the
// one follows from the other.
#pragma once

#include "imaging/checksum.h"
#include "protocol/result.h"

#include <QStringList>

#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace core
{

enum class SumSubject {
    File,  // as it lies there
    Image, // the raw image in it; of a raw image this one
};

struct SumClaim {
    QString sidecar; // that says so, as people know it
    QString name;    // that it says so of; empty for a bare sum
    imaging::ChecksumType type = imaging::ChecksumType::Sha256;
    QString hex;
    SumSubject likely = SumSubject::File; // where it is looked for first
};

using SumMap = std::map<imaging::ChecksumType, QString>; // lower-case hex

// Sums of several kinds over the same bytes.
class SumSet
{
public:
    SumSet() = default;
    explicit SumSet(const std::set<imaging::ChecksumType> &types);

    [[nodiscard]] bool isEmpty() const { return m_sums.empty(); }
    void update(std::span<const std::byte> bytes);
    // Ends the computation.
    [[nodiscard]] SumMap finish();

private:
    std::map<imaging::ChecksumType, imaging::Checksum> m_sums;
};

// The kinds that are claimed of `subject` first.
[[nodiscard]] std::set<imaging::ChecksumType> typesOf(std::span<const SumClaim> claims,
                                                      SumSubject subject);

// Gives the sum of that kind, computing it if need be.
using SumOf =
    std::function<protocol::Result<QString>(SumSubject subject, imaging::ChecksumType type)>;

// Of several sums that one file states of one name, as lists of folders do, one must hold.
// `isWrapped`: file and image differ. ChecksumMismatch with the sum that was expected and those
// that were found; what `sumOf` says. `what` is what people know the image as.
[[nodiscard]] protocol::Result<void> checkClaims(std::span<const SumClaim> claims,
                                                 const SumOf &sumOf, bool isWrapped,
                                                 const QString &what);

// The files that the claims come from, each once.
[[nodiscard]] QStringList sidecarsOf(std::span<const SumClaim> claims);

} // namespace core
