// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/peer_window.h"
#include "transport/raw_peer.h"

#include <QTest>

#include <thread>

using namespace testing;
using namespace std::chrono_literals;
using transport::heldByPeer;

class TestPeerWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void growsWhileThePeerTakesNothing()
    {
        SocketPair pair;
        const int descriptor = pair.near.descriptor();
        QCOMPARE(heldByPeer(descriptor), 0us);
        const std::vector<std::byte> much(64 * 1024 * 1024);
        boost::system::error_code error;
        // That there is no room for a moment does not mean yet that the peer is the reason.
        const auto held = [&] {
            while (pair.near.waitWritable(0ms))
                (void)pair.near.writeSome(much, error);
            return heldByPeer(descriptor);
        };
        QTRY_VERIFY(held() > 0us);
        const auto before = heldByPeer(descriptor);
        QTRY_VERIFY(heldByPeer(descriptor) >= before + 50ms);
    }

    void whatIsNoConnectionTellsNothing() { QCOMPARE(heldByPeer(-1), 0us); }
};

QTEST_APPLESS_MAIN(TestPeerWindow)
#include "tst_peer_window.moc"
