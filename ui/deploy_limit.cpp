// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/deploy_limit.h"

#include "core/deploy_queue.h"
#include "core/station.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

namespace ui
{

DeployLimit::DeployLimit(core::Station &station, QWidget *parent)
    : QWidget(parent), m_station(station), m_number(new QSpinBox)
{
    auto *label = new QLabel(tr("Deploys at the &same time:"));
    label->setBuddy(m_number);
    m_number->setObjectName(QStringLiteral("maxDeploys"));
    m_number->setRange(0, core::maxDeploysLimit);
    m_number->setSpecialValueText(tr("no limit"));
    // Not by the wheel, and not when the window opens: any key would change it then.
    m_number->setFocusPolicy(Qt::ClickFocus);
    m_number->setKeyboardTracking(false); // on the way to 12, 1 is not meant
    setToolTip(tr("How many devices fetch an image at the same time; the rest wait in a queue"));
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 4, 0);
    line->addStretch();
    line->addWidget(label);
    line->addWidget(m_number);
    showLimit();
    connect(m_number, &QSpinBox::valueChanged, &m_station, &core::Station::setMaxDeploys);
    connect(&m_station, &core::Station::maxDeploysChanged, this, &DeployLimit::showLimit);
}

void DeployLimit::showLimit()
{
    const QSignalBlocker blocker(m_number);
    m_number->setValue(m_station.maxDeploys());
}

} // namespace ui
