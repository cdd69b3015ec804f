// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of the operator's calls. What is accepted has only values that the station can carry
// out, or refuse in words: a whole path, a real MAC address, a limit within its bounds.
#include "core/deploy_queue.h"
#include "fuzz_target.h"
#include "http/operator_requests.h"

#include <QFileInfo>

QList<QByteArray> fuzz::seeds()
{
    return {
        R"({"mac":"dc:a6:32:01:02:03","kind":"deploy","image":"5f","verify":"full",)"
        R"("erase_rest":true,"allow":["sd"]})",
        R"({"mac":"DC-A6-32-01-02-03","kind":"backup","path":"/srv/a.img","scope":"exact",)"
        R"("overwrite":false})",
        R"({"path":"/srv/golden.img.xz","golden":true})",
        R"({"image":"5f"})",
        R"({"max_deploys":8})",
        R"({"action":"reboot"})",
        R"({"action":"rearm"})",
        R"({"action":"accept","address":"192.0.2.7"})",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray body(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto job = http::parseJobRequest(body))
        fuzz::require(!job->mac.isNull());
    if (const auto import = http::parseImportRequest(body))
        fuzz::require(QFileInfo(import->path).isAbsolute());
    (void)http::parseGoldenRequest(body);
    if (const auto settings = http::parseSettingsRequest(body); settings && settings->maxDeploys)
        fuzz::require(*settings->maxDeploys >= 0 && *settings->maxDeploys <= core::maxDeploysLimit);
    if (const auto action = http::parseDeviceActionRequest(body))
        fuzz::require(int(action->rearm) + int(!action->accept.isEmpty()) +
                          int(action->action != protocol::ActionKind::None) <=
                      1);
    return 0;
}
