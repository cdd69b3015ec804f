// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a target without libFuzzer: the seeds as they are, then a number of changed ones, the same
// on every run. Usage: fuzz_NAME [rounds]
#include "fuzz_target.h"

#include <QFile>

#include <algorithm>
#include <cstdio>
#include <random>

#ifdef PS_LIBFUZZER
// libFuzzer has its own main, and takes the seeds from a folder.
#else

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

void run(const QByteArray &input)
{
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

} // namespace

int main(int argc, char **argv)
{
    const QList<QByteArray> seeds = fuzz::seeds();
    if (argc == 3 && qstrcmp(argv[1], "--seeds") == 0)
        return writeSeeds(QFile::decodeName(argv[2]), seeds);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 10'000;
    for (const QByteArray &seed : seeds)
        run(seed);
    Changer changer;
    for (int round = 0; round < rounds; ++round)
        run(changer.change(seeds[changer.below(seeds.size())]));
    std::printf("%d inputs\n", rounds + int(seeds.size()));
    return 0;
}
#endif
