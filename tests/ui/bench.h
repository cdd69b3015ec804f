// SPDX-License-Identifier: GPL-3.0-or-later
// A real station in a temporary folder, for the tests of the window: no network, devices register
// by a call.
#pragma once

#include "core/station.h"
#include "rows.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

class Bench
{
public:
    explicit Bench(const core::StationOptions &options = {})
    {
        m_store = core::Store::open(path(QStringLiteral("station.db"))).value();
        const core::Snapshot snapshot = *m_store->load();
        m_library = std::make_unique<core::ImageLibrary>(path(QStringLiteral("images")), *m_store,
                                                         m_pool, snapshot.images);
        m_station =
            std::make_unique<core::Station>(*m_store, *m_library, m_board, snapshot, options);
    }

    [[nodiscard]] core::Station &station() { return *m_station; }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    core::MacAddress addDevice(int number, qint64 storageSize = 8 * rows::gib,
                               const QString &storageType = QStringLiteral("MMC"))
    {
        protocol::RegisterRequest request;
        request.mac = rows::mac(number);
        request.storage = {storageType, QStringLiteral("BJTD4R"), QString(32, u'a'), storageSize,
                           512};
        request.features = {QStringLiteral("full-1")};
        request.bootId = QStringLiteral("boot-%1").arg(number);
        request.model = QStringLiteral("Raspberry Pi Compute Module 4");
        request.serial = QStringLiteral("10000000abcd%1").arg(number, 4, 16, QLatin1Char('0'));
        const auto answer = m_station->registerDevice(request, address(number));
        m_sessions.insert(request.mac, answer ? answer->session : QString());
        return request.mac;
    }

    // A machine at `peer` says that it is the device; true: it was let in.
    bool claim(core::MacAddress mac, const QString &peer)
    {
        protocol::RegisterRequest request;
        request.mac = mac;
        request.features = {QStringLiteral("full-1")};
        request.bootId = peer;
        return m_station->registerDevice(request, peer).ok();
    }

    // The device asks for orders.
    [[nodiscard]] protocol::Action poll(core::MacAddress mac, int number)
    {
        const auto action = m_station->poll(mac, address(number), m_sessions.value(mac),
                                            QStringLiteral("http://10.20.50.1:5000"));
        return action ? *action : protocol::Action();
    }

    [[nodiscard]] QString session(core::MacAddress mac) const { return m_sessions.value(mac); }
    [[nodiscard]] core::TransferBoard &board() { return m_board; }
    [[nodiscard]] imaging::WorkerPool &pool() { return m_pool; } // of one thread

    [[nodiscard]] static QString address(int number)
    {
        return QStringLiteral("10.20.50.%1").arg(100 + number);
    }

    // An image of `size` bytes whose first chunk holds data.
    [[nodiscard]] QString makeImage(const QString &name, qint64 size) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray(4096, 'x')) != 4096 ||
            !file.resize(size))
            return {};
        return file.fileName();
    }

    // Imports an image, makes it golden and waits until it is ready.
    [[nodiscard]] bool giveGoldenImage(qint64 size = 3 << 20);

private:
    QTemporaryDir m_folder;
    imaging::WorkerPool m_pool{1};
    core::TransferBoard m_board;
    QHash<core::MacAddress, QString> m_sessions;
    std::unique_ptr<core::Store> m_store;
    std::unique_ptr<core::ImageLibrary> m_library;
    std::unique_ptr<core::Station> m_station;
};

inline bool Bench::giveGoldenImage(qint64 size)
{
    const auto id = m_library->import(makeImage(QStringLiteral("golden.img"), size));
    if (!id)
        return false;
    m_station->setGoldenImage(*id);
    return QTest::qWaitFor([&] { return m_library->image(*id)->state == core::ImageState::Ready; },
                           30000);
}
