// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bottleneck_text.h"

#include <QCoreApplication>

using protocol::Bottleneck;

namespace ui
{
namespace
{

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ui::BottleneckText)
};

// 100 Mbit/s carry at most 11.87 million bytes a second of TCP's content (frames of 1538 bytes on
// the wire hold 1460); some of it is lost to pauses.
constexpr double slowLinkLeast = 10.5e6;
constexpr double slowLinkMost = 12.2e6;

bool isPlain(const core::Job &job)
{
    return job.level == core::Level::Plain;
}

// Of a plain device the station sees no other wait that a backup has.
bool isOnStation(const core::Job &job)
{
    return isPlain(job) && job.kind == core::JobKind::Backup;
}

} // namespace

QString bottleneckName(Bottleneck bottleneck)
{
    switch (bottleneck) {
    case Bottleneck::None:
        break;
    case Bottleneck::Network:
        return Tr::tr("network", "what limits the speed");
    case Bottleneck::Storage:
        return Tr::tr("storage", "what limits the speed");
    case Bottleneck::Decompression:
        return Tr::tr("decompression", "what limits the speed");
    case Bottleneck::Compression:
        return Tr::tr("compression", "what limits the speed");
    case Bottleneck::Verifying:
        return Tr::tr("verifying", "what limits the speed");
    }
    return {};
}

QString bottleneckMeaning(const core::Job &job)
{
    switch (job.bottleneck) {
    case Bottleneck::None:
        break;
    case Bottleneck::Network:
        return Tr::tr("The network limits the speed.");
    case Bottleneck::Storage:
        return isOnStation(job) ? Tr::tr("The station's disk limits the speed.")
                                : Tr::tr("The device's storage limits the speed.");
    case Bottleneck::Decompression:
        return isPlain(job)
                   ? Tr::tr("The station's processor limits the speed: it unpacks the image.")
                   : Tr::tr("The device's processor limits the speed: it unpacks and checks the "
                            "image.");
    case Bottleneck::Compression:
        return isPlain(job)
                   ? Tr::tr("The station's processor limits the speed: it packs the backup.")
                   : Tr::tr("The device's processor limits the speed: it packs the backup.");
    case Bottleneck::Verifying:
        return Tr::tr("The device's processor limits the speed: it compares what is read back.");
    }
    return {};
}

bool looksLikeSlowLink(const core::Job &job)
{
    return job.bottleneck == Bottleneck::Network && job.wireBytesPerSecond >= slowLinkLeast &&
           job.wireBytesPerSecond <= slowLinkMost;
}

QString bottleneckAdvice(const core::Job &job)
{
    switch (job.bottleneck) {
    case Bottleneck::None:
        break;
    case Bottleneck::Network:
        if (looksLikeSlowLink(job))
            return Tr::tr("The link may be running at 100 Mbit/s only, unless many devices share "
                          "it: check what the switch shows for the port, and try another cable.");
        return Tr::tr("Devices at work at the same time share the station's link. A better cable, "
                      "switch or network port of the station may help.");
    case Bottleneck::Storage:
        return isOnStation(job)
                   ? Tr::tr("Backups to a faster disk, or of fewer devices at the same time, help.")
                   : Tr::tr("This is as fast as the eMMC or card is. There is nothing to be done.");
    case Bottleneck::Decompression:
    case Bottleneck::Compression:
        if (isPlain(job))
            return Tr::tr("Fewer devices at the same time help, and so does the client of the "
                          "netboot kit: devices that run it do this work themselves.");
        [[fallthrough]];
    case Bottleneck::Verifying:
        return Tr::tr("This is as fast as the device is. There is nothing to be done, unless it "
                      "is too hot.");
    }
    return {};
}

} // namespace ui
