// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/named_wrongly.h"

#include "core/import/foreign_format.h"

#include <vector>

namespace core
{

using namespace Qt::StringLiterals;

protocol::Failure namedWrongly(SourceFile &file, const QString &expected)
{
    std::vector<std::byte> head(formatHeadBytes);
    const auto bytes = file.peek(0, head);
    if (!bytes)
        return bytes.failure();
    const QString format = formatOf(std::span(head).first(*bytes));
    const QString contents = format.isEmpty() ? u"are something else"_s : u"are: %1"_s.arg(format);
    return importFailure(protocol::FailureCode::ImageFormatUnknown, file.path(),
                         u"its name says %1, its contents %2"_s.arg(expected, contents));
}

} // namespace core
