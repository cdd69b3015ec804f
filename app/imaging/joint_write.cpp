// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/joint_write.h"

#include <algorithm>
#include <cerrno>

#include <linux/aio_abi.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace imaging
{
namespace
{

// libaio would be a thin wrapper around the same four calls.
class AioContext
{
public:
    explicit AioContext(unsigned events)
    {
        if (::syscall(SYS_io_setup, events, &m_context) != 0)
            m_context = 0;
    }
    ~AioContext()
    {
        if (m_context != 0)
            ::syscall(SYS_io_destroy, m_context);
    }
    AioContext(const AioContext &) = delete;
    AioContext &operator=(const AioContext &) = delete;

    [[nodiscard]] bool isUsable() const { return m_context != 0; }

    [[nodiscard]] long submit(std::vector<iocb *> &requests)
    {
        return ::syscall(SYS_io_submit, m_context, long(requests.size()), requests.data());
    }

    // Waits for `count` results.
    [[nodiscard]] std::vector<io_event> results(long count)
    {
        std::vector<io_event> events{size_t(count)};
        long got = 0;
        while (got < count) {
            const long more = ::syscall(SYS_io_getevents, m_context, count - got, count - got,
                                        events.data() + got, nullptr);
            if (more < 0 && errno != EINTR)
                break;
            got += std::max(more, 0L);
        }
        events.resize(size_t(got));
        return events;
    }

private:
    aio_context_t m_context = 0;
};

// Whether both may be under way at once. The kernel keeps no order among them, and it fails the
// flush (EIO) after a page of a file was written past its cache and through it at the same time.
bool areApart(const JointWrite &one, const JointWrite &other)
{
    const qint64 unit = one.descriptor == other.descriptor ? 1 : qint64(directAlignment);
    const auto first = [unit](const JointWrite &write) { return write.offset / unit; };
    const auto last = [unit](const JointWrite &write) {
        return (write.offset + qint64(write.bytes.size()) - 1) / unit;
    };
    return last(one) < first(other) || last(other) < first(one);
}

bool areAllApart(std::span<const JointWrite> writes)
{
    for (size_t i = 0; i < writes.size(); ++i) {
        for (size_t k = i + 1; k < writes.size(); ++k) {
            if (!areApart(writes[i], writes[k]))
                return false;
        }
    }
    return true;
}

} // namespace

bool writeJointly(std::span<const JointWrite> writes)
{
    if (writes.empty())
        return true;
    if (!areAllApart(writes))
        return false;
    AioContext context(unsigned(writes.size()));
    if (!context.isUsable())
        return false;
    std::vector<iocb> blocks(writes.size());
    std::vector<iocb *> requests;
    for (size_t i = 0; i < writes.size(); ++i) {
        blocks[i].aio_lio_opcode = IOCB_CMD_PWRITE;
        blocks[i].aio_fildes = quint32(writes[i].descriptor);
        blocks[i].aio_buf = quint64(reinterpret_cast<quintptr>(writes[i].bytes.data()));
        blocks[i].aio_nbytes = writes[i].bytes.size();
        blocks[i].aio_offset = writes[i].offset;
        blocks[i].aio_data = i;
        requests.push_back(&blocks[i]);
    }
    const long submitted = context.submit(requests);
    if (submitted <= 0)
        return false;
    const auto events = context.results(submitted);
    const bool allDone = std::ranges::all_of(events, [&](const io_event &event) {
        return event.res == qint64(writes[size_t(event.data)].bytes.size());
    });
    return allDone && events.size() == writes.size();
}

} // namespace imaging
