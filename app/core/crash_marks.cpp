// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crash_marks.h"

#include "core/files.h"
#include "core/job_machine.h"
#include "imaging/signal_stack.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace core
{

using namespace Qt::StringLiterals;
using protocol::FailureCode;
using protocol::Stage;

namespace
{

// All labels of all threads, for a fault in a thread that has none. More than threads that work at
// once; those that find no place are only known to themselves.
constexpr int slotCount = 512;
struct Slot {
    std::atomic_bool taken = false;
    char text[CrashLabel::maxBytes] = {};
};
std::array<Slot, slotCount> slots_;

thread_local char ownLabel[CrashLabel::maxBytes] = {};

constexpr std::array fatal{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
std::array<struct sigaction, fatal.size()> before;
char markFile[4096] = {};
pid_t mainThread = 0;

int takeSlot(const char *text)
{
    for (int i = 0; i < slotCount; ++i) {
        bool expected = false;
        if (slots_[size_t(i)].taken.compare_exchange_strong(expected, true)) {
            std::memcpy(slots_[size_t(i)].text, text, CrashLabel::maxBytes);
            return i;
        }
    }
    return -1;
}

// From here to handle(): only what signal-safety(7) allows.
void writeLine(int file, const char *text)
{
    (void)!::write(file, text, strnlen(text, CrashLabel::maxBytes));
    (void)!::write(file, "\n", 1);
}

void writeMark()
{
    const bool unknown = ownLabel[0] == '\0';
    if (unknown && ::gettid() == mainThread)
        return;
    const int file = ::open(markFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    if (!unknown)
        writeLine(file, ownLabel);
    for (const Slot &slot : slots_) {
        if (unknown && slot.taken)
            writeLine(file, slot.text);
    }
    ::fsync(file);
    ::close(file);
}

void handle(int signal)
{
    writeMark();
    for (size_t i = 0; i < fatal.size(); ++i) {
        if (fatal[i] == signal)
            ::sigaction(signal, &before[i], nullptr);
    }
    ::raise(signal); // comes when this returns, and ends the program as it would have ended
}

void failImage(Image &image, Store &store)
{
    image.state = ImageState::Failed;
    image.failure = {FailureCode::CrashedBefore, Stage::Import, image.sourcePath};
    store.save(image);
    store.report({FailureCode::CrashedBefore, Stage::Import, image.name});
}

void failJob(Job &job, Store &store)
{
    job.state = JobState::Failed;
    job.failure = {FailureCode::CrashedBefore, Stage::None, {}};
    job.interrupted = false;
    job.ended = QDateTime::currentDateTimeUtc();
    store.save(job);
    store.report({FailureCode::CrashedBefore, Stage::None, job.mac.toString()});
}

} // namespace

CrashLabel::CrashLabel(const char *kind, const QString &id)
{
    std::memcpy(m_before, ownLabel, maxBytes);
    const QByteArray text = QByteArray(kind) + ' ' + id.toLatin1();
    std::strncpy(ownLabel, text.constData(), maxBytes - 1);
    ownLabel[maxBytes - 1] = '\0';
    m_slot = takeSlot(ownLabel);
}

CrashLabel::~CrashLabel()
{
    if (m_slot >= 0)
        slots_[size_t(m_slot)].taken = false;
    std::memcpy(ownLabel, m_before, maxBytes);
}

void recordCrashes(const QString &file)
{
    std::strncpy(markFile, QFile::encodeName(file).constData(), sizeof markFile - 1);
    mainThread = ::gettid();
    static const imaging::SignalStack ofMain;
    for (size_t i = 0; i < fatal.size(); ++i) {
        struct sigaction action {
        };
        action.sa_handler = handle;
        action.sa_flags = SA_ONSTACK; // no other is left to a thread that has used up its own
        sigemptyset(&action.sa_mask);
        ::sigaction(fatal[i], &action, &before[i]);
    }
}

CrashRecord::CrashRecord(QString file, Store &store) : m_file(std::move(file)), m_store(store) {}

CrashRecord::~CrashRecord()
{
    settle();
}

void CrashRecord::judge(Snapshot &snapshot)
{
    failCrashed(snapshot, m_store, crashMarks(m_file));
    settle();
    recordCrashes(m_file);
}

// What a mark was about must not be begun again for a database that could not be written.
void CrashRecord::settle()
{
    if (!m_settled && m_store.flush())
        m_settled = !QFile::exists(m_file) || QFile::remove(m_file);
}

QStringList crashMarks(const QString &file)
{
    QFile marks(file);
    if (!fileStamp(file) || !marks.open(QIODevice::ReadOnly))
        return {};
    return QString::fromLatin1(marks.read(slotCount * CrashLabel::maxBytes))
        .split(u'\n', Qt::SkipEmptyParts);
}

void failCrashed(Snapshot &snapshot, Store &store, const QStringList &marks)
{
    const auto named = [&marks](const char *kind, const QString &id) {
        return !id.isEmpty() && marks.contains(QLatin1StringView(kind) + u' ' + id);
    };
    // Where the thread had no label of its own all that was under way is named; checks nearly
    // always are, and a pack that was only being read is not to be lost for it.
    const bool certain = marks.size() == 1;
    for (Image &image : snapshot.images) {
        if (named("image", image.id) || (certain && named("pack", image.identity)))
            failImage(image, store);
    }
    for (Job &job : snapshot.jobs) {
        if (!isEnded(job.state) && named("job", job.id))
            failJob(job, store);
    }
}

} // namespace core
