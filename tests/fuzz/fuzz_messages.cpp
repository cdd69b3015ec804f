// SPDX-License-Identifier: GPL-3.0-or-later
// What is parsed can be written, and what was written is parsed to the same.
#include "fuzz_target.h"
#include "protocol/messages.h"

using namespace protocol;

QList<QByteArray> fuzz::seeds()
{
    return {
        R"({"mac":"dc:a6:32:01:02:03","ip":"10.20.50.101"})",
        R"({"mac":"DC-A6-32-01-02-03","ip":"10.20.50.101","size":31268536320,"features":["full-1"],)"
        R"("boot_id":"x","serial":"10000000abcdef01","storage":{"type":"MMC","cid":"15","size":512}})",
        "mac=dc%3Aa6%3A32%3A01%3A02%3A03&ip=10.20.50.101&size=512",
        R"({"phase":"writing","done":1048576,"total":2097152})",
        R"({"error":{"code":"device-in-use","stage":"check","message":"mounted"}})",
        R"({"phase":"accepted","target":"/dev/mmcblk0"})",
        toBody(toJson(Report{})),
        toBody(toJson(Report{ReportKind::Deployed, Phase::Finishing, 5, 5, {}, {}, {}, {}, {}})),
        R"({"report":"progress","phase":"writing","done":1,"total":2,"bottleneck":"network"})",
        R"({"action":"deploy","origin":{"url":"http://a/b.img.zst","map_offset":1,"size":2}})",
        R"({"size":8589934592,"image":"abcd","note":"partition 2: dirty"})",
        R"({"action":"deploy","url":"http://10.20.50.1:5000/transfer/t/image.img","job":"j"})",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray body(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto request = parseRegisterRequest(body)) {
        const auto again = parseRegisterRequest(toBody(toJson(*request)));
        fuzz::require(again && again->mac == request->mac && again->storage == request->storage);
    }
    if (const auto report = parseReport(body)) {
        const auto again = parseReport(toBody(toJson(*report)));
        fuzz::require(again && again->kind == report->kind && again->done == report->done &&
                      again->failure.code == report->failure.code);
    }
    if (const auto commit = parseUploadCommit(body))
        fuzz::require(parseUploadCommit(toBody(toJson(*commit))).ok());
    (void)parseAction(body);
    (void)parseRegisterAnswer(body);
    (void)parseError(body);
    return 0;
}
