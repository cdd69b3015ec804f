// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a target without libFuzzer: the seeds and the corpus as they are, then changed ones for some
// seconds, in the same order on every run. An input that ends the program is left as crash-NAME in
// the working folder. Usage: fuzz_NAME [seconds [corpus folder]]; fuzz_NAME --seeds FOLDER writes
// the seeds; fuzz_NAME --input FILE runs one.
#include "fuzz_target.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <random>

#include <fcntl.h>
#include <unistd.h>

#ifdef PS_LIBFUZZER
// libFuzzer has its own main, and takes the seeds from a folder.
#else

// The sanitizers' runtimes ask for these: they end the program by SIGABRT, as everything else does.
extern "C" const char *__asan_default_options()
{
    return "abort_on_error=1";
}
extern "C" const char *__ubsan_default_options()
{
    return "abort_on_error=1:print_stacktrace=1";
}

namespace
{

// Where lengths, counts and signs go wrong.
constexpr uint8_t edges[] = {0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff};

class Changer
{
public:
    QByteArray change(QByteArray input)
    {
        for (int times = 1 + below(4); times > 0; --times)
            changeOnce(input);
        return input;
    }

    int below(qsizetype limit) { return int(m_random() % quint32(std::max<qsizetype>(1, limit))); }

private:
    void changeOnce(QByteArray &input)
    {
        if (input.isEmpty())
            input.append('\0');
        const int at = below(input.size());
        const int length = 1 + below(std::min<qsizetype>(16, input.size() - at));
        switch (below(7)) {
        case 0:
            input[at] = char(input[at] ^ 1 << below(8));
            break;
        case 1:
            input[at] = char(m_random());
            break;
        case 2:
            std::fill_n(input.begin() + at, length, char(edges[below(std::size(edges))]));
            break;
        case 3:
            input.truncate(at);
            break;
        case 4:
            input.remove(at, length);
            break;
        case 5:
            input.insert(at, input.mid(below(input.size()), length));
            break;
        case 6:
            input[at] = char(input[at] + (below(2) == 0 ? 1 : -1));
            break;
        }
    }

    std::mt19937 m_random{20260101};
};

// What is being run, for whoever ends the program.
QByteArray current;
char crashName[256] = "crash";

// Signal-safe: the program is about to end, whatever its heap looks like.
void keepCrash()
{
    const int file = ::open(crashName, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        return;
    [[maybe_unused]] const ssize_t written =
        ::write(file, current.constData(), size_t(current.size()));
    ::close(file);
    std::fprintf(stderr, "the input of %lld bytes is in %s\n", qlonglong(current.size()),
                 crashName);
}

void onSignal(int number)
{
    keepCrash();
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void watchForCrashes(const char *program)
{
    const char *name = std::strrchr(program, '/');
    std::snprintf(crashName, sizeof crashName, "crash-%s", name ? name + 1 : program);
    std::signal(SIGABRT, onSignal);
}

void run(const QByteArray &input)
{
    current = input;
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(input.constData()),
                           size_t(input.size()));
}

int writeSeeds(const QString &folder, const QList<QByteArray> &seeds)
{
    for (qsizetype i = 0; i < seeds.size(); ++i) {
        QFile file(folder + QStringLiteral("/seed%1").arg(i));
        if (!file.open(QIODevice::WriteOnly) || file.write(seeds[i]) != seeds[i].size())
            return 1;
    }
    return 0;
}

QByteArray contentsOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s: %s", qPrintable(path), qPrintable(file.errorString()));
    return file.readAll();
}

// By name, so that every run has the same order.
QList<QByteArray> corpusIn(const QString &folder)
{
    QList<QByteArray> inputs;
    for (const QString &name : QDir(folder).entryList(QDir::Files, QDir::Name))
        inputs.append(contentsOf(folder + QLatin1Char('/') + name));
    return inputs;
}

} // namespace

int main(int argc, char **argv)
{
    QList<QByteArray> inputs = fuzz::seeds();
    if (argc == 3 && qstrcmp(argv[1], "--seeds") == 0)
        return writeSeeds(QFile::decodeName(argv[2]), inputs);
    watchForCrashes(argv[0]);
    if (argc == 3 && qstrcmp(argv[1], "--input") == 0) {
        run(contentsOf(QFile::decodeName(argv[2])));
        return 0;
    }
    const qint64 milliseconds = 1000 * (argc > 1 ? std::max(1, std::atoi(argv[1])) : 10);
    if (argc > 2)
        inputs += corpusIn(QFile::decodeName(argv[2]));
    QElapsedTimer timer;
    timer.start();
    for (const QByteArray &input : std::as_const(inputs))
        run(input);
    Changer changer;
    qint64 rounds = 0;
    // Some at least, however slow the machine.
    for (; rounds < 100 || timer.elapsed() < milliseconds; ++rounds)
        run(changer.change(inputs[changer.below(inputs.size())]));
    std::printf("%lld inputs\n", qlonglong(rounds + inputs.size()));
    return 0;
}
#endif
