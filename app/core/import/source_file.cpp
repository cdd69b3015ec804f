// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/source_file.h"

#include "imaging/descriptor_io.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace core
{

using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr size_t restBytes = 256 * 1024;

} // namespace

Result<std::unique_ptr<SourceFile>> SourceFile::open(const QString &path, WorkControl &control)
{
    FileDescriptor descriptor = openFile(path, O_RDONLY);
    struct stat facts {
    };
    if (!descriptor || ::fstat(descriptor.get(), &facts) != 0)
        return importFailure(FailureCode::ImageUnreadable, path, qt_error_string(errno));
    (void)::posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    return std::unique_ptr<SourceFile>(
        new SourceFile(path, std::move(descriptor), facts.st_size, control));
}

SourceFile::SourceFile(QString path, FileDescriptor descriptor, qint64 size, WorkControl &control)
    : m_path(std::move(path)), m_descriptor(std::move(descriptor)), m_size(size), m_control(control)
{
}

Result<size_t> SourceFile::read(std::span<std::byte> out)
{
    const auto bytes = readAt(m_position, out);
    if (bytes) {
        m_position += qint64(*bytes);
        count(qint64(*bytes));
    }
    return bytes;
}

Result<size_t> SourceFile::peek(qint64 offset, std::span<std::byte> out)
{
    return readAt(offset, out);
}

Result<size_t> SourceFile::readAt(qint64 offset, std::span<std::byte> out)
{
    if (m_control.cancelled)
        return importCancelled();
    const auto outcome = imaging::readFully(m_descriptor.get(), offset, out);
    if (outcome.error != 0)
        return importFailure(FailureCode::ImageUnreadable, m_path, qt_error_string(outcome.error));
    addToSums(offset, std::span<const std::byte>(out).first(outcome.bytes));
    return outcome.bytes;
}

void SourceFile::addToSums(qint64 offset, std::span<const std::byte> bytes)
{
    const qint64 end = offset + qint64(bytes.size());
    if (m_sums.isEmpty() || offset > m_summed || end <= m_summed)
        return;
    m_sums.update(bytes.subspan(size_t(m_summed - offset)));
    m_summed = end;
}

// Of an archive the directory is read first and some bytes twice; the file's size is the most.
void SourceFile::count(qint64 bytes)
{
    m_read = std::min(m_read + bytes, m_size);
    m_control.done = m_read;
}

Result<SumMap> SourceFile::finish()
{
    if (m_sums.isEmpty())
        return SumMap();
    std::vector<std::byte> buffer(restBytes);
    while (m_summed < m_size) {
        const auto bytes = readAt(m_summed, buffer);
        if (!bytes)
            return bytes.failure();
        if (*bytes == 0)
            break; // it became shorter, which the sum tells
    }
    return m_sums.finish();
}

} // namespace core
