// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/import/gzip_stream.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace core
{

using namespace Qt::StringLiterals;
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
            qFatal("zlib: out of memory");
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

    Result<void> beginMember()
    {
        constexpr Bytef firstMagic = 0x1f;
        if (*m_state.next_in != firstMagic)
            return m_members == 0 ? notGzip() : skipPadding();
        ++m_members;
        m_inMember = true;
        inflateReset(&m_state);
        return {};
    }

    // Tapes and flash programmers fill up with zeros; nothing else may follow.
    Result<void> skipPadding()
    {
        const Bytef *end = m_state.next_in + m_state.avail_in;
        if (std::any_of(static_cast<const Bytef *>(m_state.next_in), end,
                        [](Bytef byte) { return byte != 0; }))
            return corrupt(u"something that is not gzip follows the end of the stream"_s);
        m_state.avail_in = 0;
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

    protocol::Failure notGzip() const
    {
        return importFailure(FailureCode::ImageFormatUnknown, m_file.path(),
                             u"its name says gzip, its contents do not"_s);
    }

    SourceFile &m_file;
    std::vector<std::byte> m_input;
    z_stream m_state{};
    int m_members = 0;
    bool m_inMember = false;
    bool m_ended = false;
};

} // namespace

std::unique_ptr<ByteStream> openGzip(SourceFile &file)
{
    return std::make_unique<GzipStream>(file);
}

} // namespace core
