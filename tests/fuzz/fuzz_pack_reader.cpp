// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_target.h"
#include "imaging/chunk_codec.h"
#include "imaging/pack.h"

#include <QString>

#include <algorithm>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

using namespace imaging;
using namespace Qt::StringLiterals;

namespace
{

struct MemoryFile {
    int descriptor = ::memfd_create("pack", MFD_CLOEXEC);
    ~MemoryFile() { ::close(descriptor); }
    QString path() const { return u"/proc/self/fd/%1"_s.arg(descriptor); }
};

} // namespace

QList<QByteArray> fuzz::seeds()
{
    MemoryFile file;
    PackWriter writer(file.descriptor);
    ChunkCompressor compressor(importLevel);
    const QByteArray text =
        QByteArray("golden image ").repeated(chunkBytes / 13 + 1).first(chunkBytes);
    const auto chunk = std::as_bytes(std::span(text.constData(), size_t(text.size())));
    std::vector<std::byte> frame(protocol::maxFrameBytes);
    const size_t bytes = compressor.compress(chunk, frame);
    require(writer.appendData(Sha256::of(chunk), std::span(frame).first(bytes)).ok());
    require(writer.appendZero(2, 512).ok());
    require(writer.finish(2 * qint64(chunkBytes) + 512).ok());
    QByteArray pack(qsizetype(::lseek(file.descriptor, 0, SEEK_END)), '\0');
    require(::pread(file.descriptor, pack.data(), size_t(pack.size()), 0) == pack.size());
    return {pack};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const MemoryFile file;
    fuzz::require(::pwrite(file.descriptor, data, size, 0) == ssize_t(size));
    const auto reader = PackReader::open(file.path());
    if (!reader)
        return 0;
    const PackTail &tail = (*reader)->tail();
    std::vector<std::byte> out(chunkBytes);
    for (quint64 k = 0; k < std::min<quint64>(tail.map().count(), 4); ++k) {
        const auto chunk = std::span(out).first(tail.map().length(k));
        const auto read = (*reader)->readChunk(k, chunk);
        const ChunkEntry &entry = tail.map().entry(k);
        fuzz::require(!read || entry.kind == ChunkKind::Zero || Sha256::of(chunk) == entry.digest);
    }
    return 0;
}
