<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ui::AutoBanner</name>
    <message numerus="yes">
        <source>%n done</source>
        <translation>
            <numerusform>%n done</numerusform>
            <numerusform>%n done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n at work</source>
        <translation>
            <numerusform>%n at work</numerusform>
            <numerusform>%n at work</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::BootText</name>
    <message numerus="yes">
        <source>%n file(s), %1; last %2</source>
        <translation>
            <numerusform>%n file, %1; last %2</numerusform>
            <numerusform>%n files, %1; last %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::DeployDialog</name>
    <message numerus="yes">
        <source>Deploy %1 to %n device(s)?</source>
        <translation>
            <numerusform>Deploy %1 to %n device?</numerusform>
            <numerusform>Deploy %1 to %n devices?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected device(s) already have a job and are left out.</source>
        <translation>
            <numerusform>%n selected device already has a job and is left out.</numerusform>
            <numerusform>%n selected devices already have a job and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This image has %n warning(s):</source>
        <translation>
            <numerusform>This image has %n warning:</numerusform>
            <numerusform>This image has %n warnings:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::DeviceLogView</name>
    <message numerus="yes">
        <source>(%n older line(s) are gone)</source>
        <translation>
            <numerusform>(%n older line is gone)</numerusform>
            <numerusform>(%n older lines are gone)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::FileDialogs</name>
    <message numerus="yes">
        <source>Folder for the backups of %n device(s)</source>
        <translation>
            <numerusform>Folder for the backup of %n device</numerusform>
            <numerusform>Folder for the backups of %n devices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::FitWatch</name>
    <message numerus="yes">
        <source>does not fit %n device(s): %1</source>
        <translation>
            <numerusform>does not fit %n device: %1</numerusform>
            <numerusform>does not fit %n devices: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>fits the devices that reported their size; %n device(s) did not</source>
        <translation>
            <numerusform>fits the devices that reported their size; %n device did not</numerusform>
            <numerusform>fits the devices that reported their size; %n devices did not</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ImageCard</name>
    <message numerus="yes">
        <source>Ready, with %n warning(s)</source>
        <translation>
            <numerusform>Ready, with %n warning</numerusform>
            <numerusform>Ready, with %n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ImageText</name>
    <message numerus="yes">
        <source>%n partition(s)</source>
        <translation>
            <numerusform>%n partition</numerusform>
            <numerusform>%n partitions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ImageWarningText</name>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message numerus="yes">
        <source>%n job(s) are still running. Quit anyway?</source>
        <translation>
            <numerusform>%n job is still running. Quit anyway?</numerusform>
            <numerusform>%n jobs are still running. Quit anyway?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 was refused for %n device(s).</source>
        <translation>
            <numerusform>%1 was refused for %n device.</numerusform>
            <numerusform>%1 was refused for %n devices.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::MessageText</name>
    <message numerus="yes">
        <source>%1 was imported, with %n warning(s):</source>
        <translation>
            <numerusform>%1 was imported, with %n warning:</numerusform>
            <numerusform>%1 was imported, with %n warnings:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::OrderDesk</name>
    <message numerus="yes">
        <source>Cancel %n running job(s)?</source>
        <translation>
            <numerusform>Cancel %n running job?</numerusform>
            <numerusform>Cancel %n running jobs?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Power off %n device(s)?</source>
        <translation>
            <numerusform>Power off %n device?</numerusform>
            <numerusform>Power off %n devices?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cancel the job(s)</source>
        <translation>
            <numerusform>Cancel the job</numerusform>
            <numerusform>Cancel the jobs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::PreflightDialog</name>
    <message numerus="yes">
        <source>%n thing(s) must be put right.</source>
        <translation>
            <numerusform>%n thing must be put right.</numerusform>
            <numerusform>%n things must be put right.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ready, with %n warning(s).</source>
        <translation>
            <numerusform>Ready, with %n warning.</numerusform>
            <numerusform>Ready, with %n warnings.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::StatusSummary</name>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n job</numerusform>
            <numerusform>%n jobs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) online</source>
        <translation>
            <numerusform>%n device online</numerusform>
            <numerusform>%n devices online</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s), none online</source>
        <translation>
            <numerusform>%n device, offline</numerusform>
            <numerusform>%n devices, none online</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s), %1 online</source>
        <translation>
            <numerusform>%n device, %1 online</numerusform>
            <numerusform>%n devices, %1 online</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::format</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
</TS>
