// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/partition_table.h"

#include "imaging/gpt.h"
#include "imaging/mbr.h"

#include <algorithm>

namespace imaging
{

bool TableSurvey::contradictsItself() const
{
    return std::ranges::any_of(
        findings, [](const TableFinding &f) { return f.fault <= TableFault::GptDamaged; });
}

bool TableSurvey::isUnderstood() const
{
    return table.kind != PartitionTable::Kind::None && findings.empty();
}

TableSurvey surveyPartitions(const ByteReader &read, qint64 imageSize)
{
    const ByteReader bounded = [&](qint64 offset, std::span<std::byte> buffer) {
        return offset >= 0 && offset <= imageSize - qint64(buffer.size()) && read(offset, buffer);
    };
    BootRecord record;
    if (!bounded(0, record) || !hasMbr(record))
        return {};
    if (!isProtective(record)) {
        TableSurvey survey = surveyMbr(bounded, record, imageSize);
        if (survey.table.kind != PartitionTable::Kind::None && hasGpt(bounded))
            survey.findings.push_back({TableFault::StaleGpt});
        return survey;
    }
    TableSurvey survey = surveyGpt(bounded, imageSize);
    if (hasPartitionsOfItsOwn(record) && survey.table.kind == PartitionTable::Kind::Gpt)
        survey.findings.push_back({TableFault::HybridMbr});
    return survey;
}

PartitionTable readPartitionTable(const ByteReader &read, qint64 imageSize)
{
    TableSurvey survey = surveyPartitions(read, imageSize);
    return survey.contradictsItself() ? PartitionTable{} : std::move(survey.table);
}

} // namespace imaging
