// SPDX-License-Identifier: GPL-3.0-or-later
// Lines in from the standard input, JSON lines out to the standard output. Never waits for whoever
// reads there: what cannot be written yet is kept, up to a bound. Beyond it lines that can be
// spared are dropped and counted; a reader that lets even the others pile up is given up.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QSocketNotifier>

#include <chrono>

namespace netboot
{

class LineChannel : public QObject
{
    Q_OBJECT

public:
    enum class Worth { Needed, CanBeSpared };

    static constexpr qsizetype spareLimit = 256 * 1024; // bytes that wait; then lines are spared
    static constexpr qsizetype neededLimit = 4 << 20;   // bytes that wait; then closed()
    static constexpr qsizetype maxLine = 1 << 20;       // bytes of a line in

    explicit LineChannel(int input = 0, int output = 1, QObject *parent = nullptr);

    void send(const QJsonObject &object, Worth worth = Worth::Needed);
    // Before the end: waits until all is written or nobody reads for that long.
    void flush(std::chrono::milliseconds patience);

Q_SIGNALS:
    void received(const QByteArray &line);
    void spared(qint64 lines); // that many were dropped since the last time; there is room again
    void overlong();           // a line of more than maxLine; nothing more is read
    void closed();             // the input has ended, or the reader is given up

private:
    void read();
    void takeLines();
    void write();
    void close();
    // False: no more can be written now.
    [[nodiscard]] bool writeSome();

    int m_input;
    int m_output;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    QByteArray m_rest;
    QByteArray m_waiting; // to be written
    qint64 m_spared = 0;
    bool m_open = true;
};

} // namespace netboot
