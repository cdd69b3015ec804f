// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/gzip_stream.h"

#include "core/import/named_wrongly.h"
#include "core/import/trailing_bytes.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
using namespace std::string_view_literals;
using protocol::FailureCode;
using protocol::Result;

namespace
{

constexpr size_t inputBytes = 256 * 1024;
constexpr int gzipWindow = 15 + 16; // zlib.h: the largest window, and a gzip head is expected

class GzipStream final : public ByteStream
{
public:
    explicit GzipStream(SourceFile &file) : m_file(file), m_input(inputBytes)
    {
        if (inflateInit2(&m_state, gzipWindow) != Z_OK)
            throw std::bad_alloc(); // the import fails, and nothing else
    }
    ~GzipStream() override { inflateEnd(&m_state); }
    GzipStream(const GzipStream &) = delete;
    GzipStream &operator=(const GzipStream &) = delete;

    Result<size_t> read(std::span<std::byte> out) override
    {
        const auto room = uInt(std::min<size_t>(out.size(), std::numeric_limits<uInt>::max()));
        m_state.next_out = reinterpret_cast<Bytef *>(out.data());
        m_state.avail_out = room;
        while (m_state.avail_out == room && !m_ended) {
            if (auto done = step(); !done)
                return done.failure();
        }
        return size_t(room - m_state.avail_out);
    }

    qint64 trailingBytes() const override { return m_trailing; }

private:
    Result<void> step()
    {
        const auto filled = fill();
        if (!filled)
            return filled.failure();
        if (m_state.avail_in == 0)
            return endOfFile();
        return m_inMember ? inflateSome() : beginMember();
    }

    Result<void> fill()
    {
        if (m_state.avail_in > 0)
            return {};
        const auto bytes = m_file.read(m_input);
        if (!bytes)
            return bytes.failure();
        m_state.next_in = reinterpret_cast<Bytef *>(m_input.data());
        m_state.avail_in = uInt(*bytes);
        return {};
    }

    Result<void> endOfFile()
    {
        if (m_inMember)
            return corrupt(u"the gzip stream is cut off"_s);
        m_ended = true;
        return {};
    }

    // A magic number may be cut by the end of what was read: gzip(1), too, asks for its first byte
    // to tell padding from a member, and for both to tell a member from anything else.
    Result<void> beginMember()
    {
        const auto begins = beginsMember();
        if (!begins)
            return begins.failure();
        if (!*begins)
            return m_members == 0 ? notGzip() : ignoreRest();
        ++m_members;
        m_inMember = true;
        inflateReset(&m_state);
        return {};
    }

    [[nodiscard]] qint64 offset() const { return m_file.position() - m_state.avail_in; }

    Result<bool> beginsMember()
    {
        std::array<std::byte, 2> head{};
        const auto bytes = m_file.peek(offset(), head);
        if (!bytes)
            return bytes.failure();
        return *bytes == head.size() && head[0] == std::byte{0x1f} && head[1] == std::byte{0x8b};
    }

    Result<void> ignoreRest()
    {
        // RFC 1952, 2.3.1: deflate is the only method.
        const auto trailing = lookAtTrailing(m_file, offset(), "\x1f\x8b\x08"sv);
        if (!trailing)
            return trailing.failure();
        m_trailing = *trailing;
        m_ended = true;
        return {};
    }

    Result<void> inflateSome()
    {
        const int code = inflate(&m_state, Z_NO_FLUSH);
        if (code == Z_STREAM_END)
            m_inMember = false;
        if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
            return {};
        return corrupt(
            u"gzip: %1"_s.arg(QString::fromLatin1(m_state.msg ? m_state.msg : zError(code))));
    }

    protocol::Failure corrupt(const QString &why) const
    {
        return importFailure(FailureCode::ImageCorrupt, m_file.path(), why);
    }

    protocol::Failure notGzip() { return namedWrongly(m_file, u"gzip"_s); }

    SourceFile &m_file;
    std::vector<std::byte> m_input;
    z_stream m_state{};
    int m_members = 0;
    bool m_inMember = false;
    bool m_ended = false;
    qint64 m_trailing = 0; // bytes
};

} // namespace

std::unique_ptr<ByteStream> openGzip(SourceFile &file)
{
    return std::make_unique<GzipStream>(file);
}

} // namespace core
