// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/sum_claims.h"

#include <algorithm>
#include <tuple>

namespace core
{

using namespace Qt::StringLiterals;
using imaging::ChecksumType;
using protocol::Failure;
using protocol::FailureCode;
using protocol::Result;
using protocol::Stage;

namespace
{

SumSubject otherThan(SumSubject subject)
{
    return subject == SumSubject::File ? SumSubject::Image : SumSubject::File;
}

std::vector<SumSubject> subjectsOf(const SumClaim &claim, bool isWrapped)
{
    if (!isWrapped)
        return {SumSubject::Image};
    return {claim.likely, otherThan(claim.likely)};
}

Result<bool> holds(const SumClaim &claim, const SumOf &sumOf, bool isWrapped)
{
    for (const SumSubject subject : subjectsOf(claim, isWrapped)) {
        const auto found = sumOf(subject, claim.type);
        if (!found)
            return found.failure();
        if (*found == claim.hex)
            return true;
    }
    return false;
}

Result<QString> findings(const SumClaim &claim, const SumOf &sumOf, bool isWrapped)
{
    const auto image = sumOf(SumSubject::Image, claim.type);
    if (!image || !isWrapped)
        return image;
    const auto file = sumOf(SumSubject::File, claim.type);
    if (!file)
        return file;
    return u"%1, and the image in it has %2"_s.arg(*file, *image);
}

Failure mismatch(const SumClaim &claim, const SumOf &sumOf, bool isWrapped, const QString &what)
{
    const auto found = findings(claim, sumOf, isWrapped);
    if (!found)
        return found.failure();
    return {FailureCode::ChecksumMismatch, Stage::Import,
            u"%1: %2 says %3, it has %4"_s.arg(what, claim.sidecar, claim.hex, *found)};
}

bool saysTheSameOf(const SumClaim &one, const SumClaim &other)
{
    return std::tie(one.sidecar, one.name, one.type) ==
           std::tie(other.sidecar, other.name, other.type);
}

} // namespace

SumSet::SumSet(const std::set<ChecksumType> &types)
{
    for (const ChecksumType type : types)
        m_sums.emplace(type, type);
}

void SumSet::update(std::span<const std::byte> bytes)
{
    for (auto &[type, sum] : m_sums)
        sum.update(bytes);
}

SumMap SumSet::finish()
{
    SumMap sums;
    for (auto &[type, sum] : m_sums)
        sums.emplace(type, sum.finish());
    m_sums.clear();
    return sums;
}

std::set<ChecksumType> typesOf(std::span<const SumClaim> claims, SumSubject subject)
{
    std::set<ChecksumType> types;
    for (const SumClaim &claim : claims) {
        if (claim.likely == subject)
            types.insert(claim.type);
    }
    return types;
}

Result<void> checkClaims(std::span<const SumClaim> claims, const SumOf &sumOf, bool isWrapped,
                         const QString &what)
{
    for (const SumClaim &claim : claims) {
        bool proven = false;
        for (const SumClaim &other : claims) {
            if (proven || !saysTheSameOf(claim, other))
                continue;
            const auto held = holds(other, sumOf, isWrapped);
            if (!held)
                return held.failure();
            proven = *held;
        }
        if (!proven)
            return mismatch(claim, sumOf, isWrapped, what);
    }
    return {};
}

QStringList sidecarsOf(std::span<const SumClaim> claims)
{
    QStringList names;
    for (const SumClaim &claim : claims) {
        if (!names.contains(claim.sidecar))
            names << claim.sidecar;
    }
    return names;
}

} // namespace core
