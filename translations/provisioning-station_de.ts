<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ui::AutoBanner</name>
    <message>
        <source>Automatic mode is on, but there is no golden image. Choose one.</source>
        <translation>Die Automatik ist an, aber es gibt kein Abbild für die Geräte. Wählen Sie eines.</translation>
    </message>
    <message>
        <source>Automatic mode is on: it begins when %1 is imported.</source>
        <translation>Die Automatik ist an: Sie beginnt, sobald %1 importiert ist.</translation>
    </message>
    <message>
        <source>Automatic mode is on, but %1 could not be imported. Choose another image.</source>
        <translation>Die Automatik ist an, aber %1 konnte nicht importiert werden. Wählen Sie ein anderes Abbild.</translation>
    </message>
    <message>
        <source>Automatic mode is on: every new device is erased and gets %1.</source>
        <translation>Die Automatik ist an: Jedes neue Gerät wird gelöscht und bekommt %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n done</source>
        <translation>
            <numerusform>%n fertig</numerusform>
            <numerusform>%n fertig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n at work</source>
        <translation>
            <numerusform>%n in Arbeit</numerusform>
            <numerusform>%n in Arbeit</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n fehlgeschlagen</numerusform>
            <numerusform>%n fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Turn off</source>
        <translation>&amp;Ausschalten</translation>
    </message>
    <message>
        <source>New devices are left alone. Jobs that have begun go on.</source>
        <translation>Neue Geräte bleiben unberührt. Begonnene Aufträge laufen weiter.</translation>
    </message>
    <message>
        <source>Automatic mode is on: every new device is backed up to %1.</source>
        <translation>Die Automatik ist an: Jedes neue Gerät wird nach %1 gesichert.</translation>
    </message>
    <message>
        <source>no device yet</source>
        <translation>noch kein Gerät</translation>
    </message>
    <message>
        <source>%1 follows when it is imported.</source>
        <translation>Danach folgt %1, sobald es importiert ist.</translation>
    </message>
    <message>
        <source>Automatic mode is on: it waits for the image that the station was started with. You may choose another one.</source>
        <translation>Die Automatik ist an: Sie wartet auf das Abbild, mit dem die Station gestartet wurde. Sie können ein anderes wählen.</translation>
    </message>
</context>
<context>
    <name>ui::BootOrderDialog</name>
    <message>
        <source>Boot order</source>
        <translation>Startreihenfolge</translation>
    </message>
    <message>
        <source>Digits as in BOOT_ORDER, or words: network, emmc, restart</source>
        <translation>Ziffern wie in BOOT_ORDER, oder Wörter: network, emmc, restart</translation>
    </message>
    <message>
        <source>&amp;BOOT_ORDER:</source>
        <translation>&amp;BOOT_ORDER:</translation>
    </message>
    <message>
        <source>Steps:</source>
        <translation>Schritte:</translation>
    </message>
    <message>
        <source>It means:</source>
        <translation>Das heißt:</translation>
    </message>
    <message>
        <source>Network first (%1)</source>
        <translation>Erst das Netz (%1)</translation>
    </message>
    <message>
        <source>eMMC first (%1)</source>
        <translation>Erst die eMMC (%1)</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>–</source>
        <comment>no step</comment>
        <translation>–</translation>
    </message>
    <message>
        <source>cloud-init document that sets it when a deployed Raspberry Pi OS starts for the first time. Put it on the golden image&apos;s boot partition as “user-data”:</source>
        <translation>cloud-init-Dokument, das sie setzt, wenn ein aufgespieltes Raspberry Pi OS zum ersten Mal startet. Legen Sie es als „user-data“ auf die Boot-Partition des Abbilds:</translation>
    </message>
    <message>
        <source>cloud-init document</source>
        <translation>cloud-init-Dokument</translation>
    </message>
    <message>
        <source>&amp;Copy document</source>
        <translation>Dokument &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Save document…</source>
        <translation>Dokument &amp;speichern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>That is no boot order. Digits 0 to f, or words such as “network, emmc, restart”.</source>
        <translation>Das ist keine Startreihenfolge. Ziffern von 0 bis f, oder Wörter wie „network, emmc, restart“.</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 nehmen</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
    <message>
        <source>Saved as %1.</source>
        <translation>Gespeichert als %1.</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>Not saved yet: the folder does not answer. Look there later for %1.</source>
        <translation>Noch nicht gespeichert: Der Ordner antwortet nicht. Sehen Sie dort später nach %1.</translation>
    </message>
</context>
<context>
    <name>ui::BootOrderText</name>
    <message>
        <source>, then </source>
        <comment>between the steps of a boot order</comment>
        <translation>, dann </translation>
    </message>
    <message>
        <source>The bootloader knows no digit %1.</source>
        <translation>Der Bootloader kennt keine Ziffer %1.</translation>
    </message>
    <message>
        <source>What comes after the last step is not defined. End it with f, from the start again: %1.</source>
        <translation>Was nach dem letzten Schritt kommt, ist nicht festgelegt. Mit f abschließen, dann geht es von vorn los: %1.</translation>
    </message>
    <message>
        <source>What comes after the last step is not defined. End it with f, from the start again.</source>
        <translation>Was nach dem letzten Schritt kommt, ist nicht festgelegt. Mit f abschließen, dann geht es von vorn los.</translation>
    </message>
    <message>
        <source>The digits are tried from the right to the left: this is eMMC first, then network. Network first, with the eMMC after it, is %1.</source>
        <translation>Die Ziffern werden von rechts nach links probiert: Hier kommt erst die eMMC, dann das Netzwerk. Erst das Netzwerk und danach die eMMC ist %1.</translation>
    </message>
    <message>
        <source>SD card, waiting for one to be inserted</source>
        <translation>SD-Karte, mit Warten auf das Einstecken</translation>
    </message>
    <message>
        <source>eMMC or SD card</source>
        <translation>eMMC oder SD-Karte</translation>
    </message>
    <message>
        <source>network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>rpiboot, waiting for a computer at the USB port</source>
        <translation>rpiboot, mit Warten auf einen Rechner am USB-Anschluss</translation>
    </message>
    <message>
        <source>USB drive</source>
        <translation>USB-Laufwerk</translation>
    </message>
    <message>
        <source>USB drive at the module&apos;s own USB port</source>
        <translation>USB-Laufwerk am eigenen USB-Anschluss des Moduls</translation>
    </message>
    <message>
        <source>NVMe drive</source>
        <translation>NVMe-Laufwerk</translation>
    </message>
    <message>
        <source>web server (HTTP)</source>
        <translation>Webserver (HTTP)</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>Halt</translation>
    </message>
    <message>
        <source>from the start again</source>
        <translation>wieder von vorn</translation>
    </message>
    <message>
        <source>nothing that is known (%1)</source>
        <translation>nichts Bekanntes (%1)</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Nicht gesetzt</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>No order is set; the bootloader takes its own, which has no network in it.</source>
        <translation>Es ist keine Reihenfolge gesetzt; der Bootloader nimmt seine eigene, in der das Netzwerk nicht vorkommt.</translation>
    </message>
    <message>
        <source>The network is never tried: the device never reaches the station.</source>
        <translation>Das Netzwerk wird nie probiert: Das Gerät erreicht die Station nie.</translation>
    </message>
    <message>
        <source>Only the network is tried: the device never starts what was deployed.</source>
        <translation>Nur das Netzwerk wird probiert: Das Gerät startet nie, was aufgespielt wurde.</translation>
    </message>
    <message>
        <source>Storage comes before the network: a device whose eMMC holds a system that starts never reaches the station. It does when its eMMC is blank, or when eMMC boot is switched off (reTerminal DM: by the switch beside the USB-C socket).</source>
        <translation>Der Speicher kommt vor dem Netzwerk: Ein Gerät, dessen eMMC ein startfähiges System enthält, erreicht die Station nie. Das tut es, wenn die eMMC leer ist oder der eMMC-Start abgeschaltet wurde (reTerminal DM: mit dem Schalter neben der USB-C-Buchse).</translation>
    </message>
    <message>
        <source>The network comes first: the device asks the station at every start, and without an answer it starts about 45 s later.</source>
        <translation>Das Netzwerk kommt zuerst: Das Gerät fragt bei jedem Start die Station, und ohne Antwort startet es etwa 45 s später.</translation>
    </message>
    <message>
        <source>What stands behind “%1” is never tried.</source>
        <translation>Was hinter „%1“ steht, wird nie probiert.</translation>
    </message>
    <message>
        <source>Warning: %1</source>
        <translation>Warnung: %1</translation>
    </message>
    <message>
        <source>Note: %1</source>
        <translation>Hinweis: %1</translation>
    </message>
</context>
<context>
    <name>ui::BootText</name>
    <message>
        <source>This machine is not a Raspberry Pi; it cannot boot from these files.</source>
        <translation>Diese Maschine ist kein Raspberry Pi; mit diesen Dateien kann sie nicht starten.</translation>
    </message>
    <message>
        <source>Usually a firewall on this computer drops TFTP (UDP port 69). Allow it on the bench&apos;s interface.</source>
        <translation>Meist verwirft eine Firewall auf diesem Rechner TFTP (UDP-Port 69). Erlauben Sie es auf dem Anschluss der Werkbank.</translation>
    </message>
    <message>
        <source>Put the complete netboot kit into the TFTP folder.</source>
        <translation>Legen Sie das vollständige Netboot-Kit in den TFTP-Ordner.</translation>
    </message>
    <message>
        <source>A file broke off on its way to the device.</source>
        <translation>Eine Datei ist auf dem Weg zum Gerät abgebrochen.</translation>
    </message>
    <message>
        <source>Check its network cable and switch port. Bootloaders before September 2025 take no file over 64 MiB.</source>
        <translation>Prüfen Sie Netzwerkkabel und Switch-Port. Bootloader von vor September 2025 nehmen keine Datei über 64 MiB.</translation>
    </message>
    <message>
        <source>Check that kernel8.img and config.txt of the netboot kit lie beside start4.elf.</source>
        <translation>Prüfen Sie, dass kernel8.img und config.txt des Netboot-Kits neben start4.elf liegen.</translation>
    </message>
    <message>
        <source>Check that initramfs.img of the netboot kit lies beside kernel8.img.</source>
        <translation>Prüfen Sie, dass initramfs.img des Netboot-Kits neben kernel8.img liegt.</translation>
    </message>
    <message>
        <source>Check that the kit&apos;s device tree fits this board, and look at its serial console.</source>
        <translation>Prüfen Sie, dass der Device Tree des Kits zu dieser Platine passt, und sehen Sie auf die serielle Konsole.</translation>
    </message>
    <message>
        <source>Allow the station&apos;s port (TCP 5000) in this computer&apos;s firewall, and check the server&apos;s address in cmdline.txt.</source>
        <translation>Erlauben Sie den Port der Station (TCP 5000) in der Firewall dieses Rechners, und prüfen Sie die Adresse des Servers in cmdline.txt.</translation>
    </message>
    <message>
        <source>%1: %2 s</source>
        <comment>stage: seconds</comment>
        <translation>%1: %2 s</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), %1; last %2</source>
        <translation>
            <numerusform>%n Datei, %1; zuletzt %2</numerusform>
            <numerusform>%n Dateien, %1; zuletzt %2</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped for %1: %2</source>
        <comment>duration: stage</comment>
        <translation>Steht seit %1: %2</translation>
    </message>
    <message>
        <source>Starting: %1</source>
        <comment>stage</comment>
        <translation>Startet: %1</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <comment>outcome; how it started</comment>
        <translation>%1; %2</translation>
    </message>
    <message>
        <source>asks for an address</source>
        <translation>fragt nach einer Adresse</translation>
    </message>
    <message>
        <source>was offered an address</source>
        <translation>bekam eine Adresse angeboten</translation>
    </message>
    <message>
        <source>loads its firmware</source>
        <translation>lädt seine Firmware</translation>
    </message>
    <message>
        <source>has the kernel</source>
        <translation>hat den Kernel</translation>
    </message>
    <message>
        <source>has the initramfs</source>
        <translation>hat das Initramfs</translation>
    </message>
    <message>
        <source>its network is up</source>
        <translation>sein Netzwerk steht</translation>
    </message>
    <message>
        <source>registered</source>
        <translation>angemeldet</translation>
    </message>
    <message>
        <source>goes on to its own storage</source>
        <translation>geht weiter zu seinem eigenen Speicher</translation>
    </message>
    <message>
        <source>booted from its own storage</source>
        <translation>vom eigenen Speicher gestartet</translation>
    </message>
    <message>
        <source>Network boot</source>
        <translation>Netzwerkstart</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>What this usually means</source>
        <translation>Was das meistens heißt</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Stages of its start</source>
        <translation>Stufen seines Starts</translation>
    </message>
    <message>
        <source>Boot files</source>
        <translation>Startdateien</translation>
    </message>
    <message>
        <source>Broken off</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Not a Raspberry Pi</source>
        <translation>Kein Raspberry Pi</translation>
    </message>
    <message>
        <source>Ignores the address that it is offered</source>
        <translation>Nimmt die angebotene Adresse nicht an</translation>
    </message>
    <message>
        <source>Took another DHCP server&apos;s address</source>
        <translation>Nahm die Adresse eines anderen DHCP-Servers</translation>
    </message>
    <message>
        <source>Goes on to its own storage</source>
        <translation>Geht weiter zu seinem eigenen Speicher</translation>
    </message>
    <message>
        <source>Booted from its own storage</source>
        <translation>Vom eigenen Speicher gestartet</translation>
    </message>
    <message>
        <source>Wait a minute. If nothing comes, check its network cable and switch port, and start it again.</source>
        <translation>Warten Sie eine Minute. Kommt nichts, prüfen Sie sein Netzwerkkabel und den Switch-Port und starten Sie es neu.</translation>
    </message>
    <message>
        <source>Silent for %1: %2</source>
        <comment>duration: stage</comment>
        <translation>Still seit %1: %2</translation>
    </message>
    <message>
        <source>The station has no address left for this device.</source>
        <translation>Die Station hat keine Adresse mehr für dieses Gerät.</translation>
    </message>
    <message>
        <source>refused until it is re-armed or gets another job</source>
        <translation>abgelehnt, bis es wieder freigegeben wird oder einen weiteren Auftrag bekommt</translation>
    </message>
    <message>
        <source>Choose a larger range for devices, or wait until old leases expire.</source>
        <translation>Wählen Sie einen größeren Bereich für Geräte, oder warten Sie, bis alte Adressen frei werden.</translation>
    </message>
    <message>
        <source>The device asks again and again and does not take the address that it is offered.</source>
        <translation>Das Gerät fragt immer wieder und nimmt die angebotene Adresse nicht an.</translation>
    </message>
    <message>
        <source>A switch with spanning tree blocks its port for 30 seconds: switch spanning tree off, or wait. Otherwise look for a second DHCP server on the bench.</source>
        <translation>Ein Switch mit Spanning Tree sperrt seinen Port 30 Sekunden lang: Schalten Sie Spanning Tree ab, oder warten Sie. Suchen Sie sonst nach einem zweiten DHCP-Server auf der Werkbank.</translation>
    </message>
    <message>
        <source>The device took the address of another DHCP server, which does not tell it where to boot from.</source>
        <translation>Das Gerät hat die Adresse eines anderen DHCP-Servers genommen, der ihm nicht sagt, von wo es starten soll.</translation>
    </message>
    <message>
        <source>Disconnect the other DHCP server from the bench network, or let this station work beside it (proxy-DHCP).</source>
        <translation>Trennen Sie den anderen DHCP-Server vom Netz der Werkbank, oder lassen Sie diese Station neben ihm arbeiten (Proxy-DHCP).</translation>
    </message>
    <message>
        <source>Ignore it, or disconnect it from the bench network.</source>
        <translation>Beachten Sie sie nicht, oder trennen Sie sie vom Netz der Werkbank.</translation>
    </message>
    <message>
        <source>The device has an address but asks for no file.</source>
        <translation>Das Gerät hat eine Adresse, fragt aber nach keiner Datei.</translation>
    </message>
    <message>
        <source>The device did not get its firmware: start4.elf is missing among the boot files.</source>
        <translation>Das Gerät bekam seine Firmware nicht: start4.elf fehlt unter den Startdateien.</translation>
    </message>
    <message>
        <source>The device has its firmware but found no kernel.</source>
        <translation>Das Gerät hat seine Firmware, fand aber keinen Kernel.</translation>
    </message>
    <message>
        <source>The device has its kernel but found no initramfs.</source>
        <translation>Das Gerät hat seinen Kernel, fand aber kein Initramfs.</translation>
    </message>
    <message>
        <source>The device has all its files and has been silent since: the kernel does not start, or finds no network.</source>
        <translation>Das Gerät hat alle Dateien und meldet sich seitdem nicht: Der Kernel startet nicht oder findet kein Netzwerk.</translation>
    </message>
    <message>
        <source>The device has been silent since its last file: it is still loading a large one, or it hangs. A file shows only when all of it has arrived.</source>
        <translation>Das Gerät meldet sich seit seiner letzten Datei nicht: Es lädt noch eine große, oder es hängt. Eine Datei zeigt sich erst, wenn sie ganz angekommen ist.</translation>
    </message>
    <message>
        <source>The device has a network, but its client does not reach the station.</source>
        <translation>Das Gerät hat ein Netzwerk, aber sein Client erreicht die Station nicht.</translation>
    </message>
    <message>
        <source>offline for %1</source>
        <translation>seit %1 offline</translation>
    </message>
    <message>
        <source>Offline for %1</source>
        <translation>Seit %1 offline</translation>
    </message>
</context>
<context>
    <name>ui::BottleneckText</name>
    <message>
        <source>network</source>
        <comment>what limits the speed</comment>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>storage</source>
        <comment>what limits the speed</comment>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>The network limits the speed.</source>
        <translation>Das Netzwerk begrenzt das Tempo.</translation>
    </message>
    <message>
        <source>The device&apos;s storage limits the speed.</source>
        <translation>Der Speicher des Geräts begrenzt das Tempo.</translation>
    </message>
    <message>
        <source>The device&apos;s processor limits the speed: it unpacks and checks the image.</source>
        <translation>Der Prozessor des Geräts begrenzt das Tempo: er entpackt und prüft das Abbild.</translation>
    </message>
    <message>
        <source>The device&apos;s processor limits the speed: it packs the backup.</source>
        <translation>Der Prozessor des Geräts begrenzt das Tempo: er packt die Sicherung.</translation>
    </message>
    <message>
        <source>The device&apos;s processor limits the speed: it compares what is read back.</source>
        <translation>Der Prozessor des Geräts begrenzt das Tempo: er vergleicht, was zurückgelesen wird.</translation>
    </message>
    <message>
        <source>The link may be running at 100 Mbit/s only, unless many devices share it: check what the switch shows for the port, and try another cable.</source>
        <translation>Die Verbindung läuft möglicherweise nur mit 100 Mbit/s, es sei denn, viele Geräte teilen sie sich: Sehen Sie nach, was der Switch für den Anschluss anzeigt, und versuchen Sie ein anderes Kabel.</translation>
    </message>
    <message>
        <source>Devices at work at the same time share the station&apos;s link. A better cable, switch or network port of the station may help.</source>
        <translation>Geräte, die gleichzeitig arbeiten, teilen sich die Verbindung der Station. Ein besseres Kabel, ein besserer Switch oder Netzanschluss der Station kann helfen.</translation>
    </message>
    <message>
        <source>This is as fast as the eMMC or card is. There is nothing to be done.</source>
        <translation>Schneller ist die eMMC oder Karte nicht. Zu tun ist nichts.</translation>
    </message>
    <message>
        <source>This is as fast as the device is. There is nothing to be done, unless it is too hot.</source>
        <translation>Schneller ist das Gerät nicht. Zu tun ist nichts, außer es ist zu heiß.</translation>
    </message>
    <message>
        <source>decompression</source>
        <comment>what limits the speed</comment>
        <translation>Entpacken</translation>
    </message>
    <message>
        <source>compression</source>
        <comment>what limits the speed</comment>
        <translation>Packen</translation>
    </message>
    <message>
        <source>verifying</source>
        <comment>what limits the speed</comment>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>The station&apos;s disk limits the speed.</source>
        <translation>Die Festplatte der Station begrenzt das Tempo.</translation>
    </message>
    <message>
        <source>The station&apos;s processor limits the speed: it unpacks the image.</source>
        <translation>Der Prozessor der Station begrenzt das Tempo: er entpackt das Abbild.</translation>
    </message>
    <message>
        <source>The station&apos;s processor limits the speed: it packs the backup.</source>
        <translation>Der Prozessor der Station begrenzt das Tempo: er packt die Sicherung.</translation>
    </message>
    <message>
        <source>Backups to a faster disk, or of fewer devices at the same time, help.</source>
        <translation>Es hilft, auf eine schnellere Festplatte oder weniger Geräte gleichzeitig zu sichern.</translation>
    </message>
    <message>
        <source>Fewer devices at the same time help, and so does the client of the netboot kit: devices that run it do this work themselves.</source>
        <translation>Es helfen weniger Geräte gleichzeitig und der Client aus dem Netboot-Kit: Geräte, auf denen er läuft, tun diese Arbeit selbst.</translation>
    </message>
</context>
<context>
    <name>ui::DeployDialog</name>
    <message>
        <source>Allow SD cards: erase the card where a device has no eMMC</source>
        <translation>SD-Karten zulassen: die Karte löschen, wo ein Gerät keine eMMC hat</translation>
    </message>
    <message>
        <source>Also erase what lies beyond the image</source>
        <translation>Auch löschen, was hinter dem Abbild liegt</translation>
    </message>
    <message>
        <source>Read back empty areas in full too (slower)</source>
        <translation>Auch leere Bereiche vollständig zurücklesen (langsamer)</translation>
    </message>
    <message>
        <source>Do not ask again in this session</source>
        <translation>In dieser Sitzung nicht mehr fragen</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Übertragen</translation>
    </message>
    <message numerus="yes">
        <source>Deploy %1 to %n device(s)?</source>
        <translation>
            <numerusform>%1 auf %n Gerät übertragen?</numerusform>
            <numerusform>%1 auf %n Geräte übertragen?</numerusform>
        </translation>
    </message>
    <message>
        <source>This will erase the eMMC of every device below and write the image (%1) to it. It cannot be undone.</source>
        <translation>Das löscht die eMMC jedes Geräts in der Liste und schreibt das Abbild (%1) darauf. Es kann nicht rückgängig gemacht werden.</translation>
    </message>
    <message numerus="yes">
        <source>%n selected device(s) already have a job and are left out.</source>
        <translation>
            <numerusform>%n ausgewähltes Gerät hat schon einen Auftrag und wird ausgelassen.</numerusform>
            <numerusform>%n ausgewählte Geräte haben schon einen Auftrag und werden ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Devices that will be erased</source>
        <translation>Geräte, die gelöscht werden</translation>
    </message>
    <message>
        <source>Devices with an SD card are left out unless this is ticked</source>
        <translation>Ohne dieses Häkchen werden Geräte mit SD-Karte ausgelassen</translation>
    </message>
    <message>
        <source>Makes a larger eMMC read as zeros behind the image&apos;s end</source>
        <translation>Macht eine größere eMMC hinter dem Ende des Abbilds zu Nullen</translation>
    </message>
    <message>
        <source>Data is always read back in full; empty areas are otherwise read back in samples</source>
        <translation>Daten werden immer vollständig zurückgelesen, leere Bereiche sonst nur in Stichproben</translation>
    </message>
    <message>
        <source>Erase and deploy</source>
        <translation>Löschen und übertragen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>too small for this image, left out</source>
        <translation>zu klein für dieses Abbild, wird ausgelassen</translation>
    </message>
    <message>
        <source>not registered yet: will be written when it registers</source>
        <translation>noch nicht angemeldet: wird beschrieben, sobald es sich anmeldet</translation>
    </message>
    <message>
        <source>offline since %1: will be written when it comes back</source>
        <translation>offline seit %1: wird beschrieben, sobald es zurück ist</translation>
    </message>
    <message numerus="yes">
        <source>This image has %n warning(s):</source>
        <translation>
            <numerusform>Zu diesem Abbild gibt es %n Warnung:</numerusform>
            <numerusform>Zu diesem Abbild gibt es %n Warnungen:</numerusform>
        </translation>
    </message>
    <message>
        <source>None of the selected devices can take %1.</source>
        <translation>Keines der ausgewählten Geräte kann %1 aufnehmen.</translation>
    </message>
</context>
<context>
    <name>ui::DeployLimit</name>
    <message>
        <source>Deploys at the &amp;same time:</source>
        <translation>Gleich&amp;zeitig übertragen:</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>unbegrenzt</translation>
    </message>
    <message>
        <source>How many devices fetch an image at the same time; the rest wait in a queue</source>
        <translation>Wie viele Geräte gleichzeitig ein Abbild holen; die übrigen warten in einer Schlange</translation>
    </message>
</context>
<context>
    <name>ui::DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>The selected device</source>
        <translation>Das ausgewählte Gerät</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Select a device to see everything about it.</source>
        <translation>Wählen Sie ein Gerät aus, um alles darüber zu sehen.</translation>
    </message>
    <message>
        <source>History of the selected device</source>
        <translation>Verlauf des ausgewählten Geräts</translation>
    </message>
    <message>
        <source>Last job: %1</source>
        <translation>Letzter Auftrag: %1</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>The newest %1 of %2 jobs</source>
        <translation>Die neuesten %1 von %2 Aufträgen</translation>
    </message>
</context>
<context>
    <name>ui::DeviceFacts</name>
    <message>
        <source>eMMC</source>
        <translation>eMMC</translation>
    </message>
    <message>
        <source>SD card</source>
        <translation>SD-Karte</translation>
    </message>
    <message>
        <source>file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>block device</source>
        <translation>Blockgerät</translation>
    </message>
    <message>
        <source>%1 (%2 bytes)</source>
        <translation>%1 (%2 Bytes)</translation>
    </message>
    <message>
        <source>SD cards allowed</source>
        <translation>SD-Karten zugelassen</translation>
    </message>
    <message>
        <source>erase beyond the image</source>
        <translation>hinter dem Abbild löschen</translation>
    </message>
    <message>
        <source>read zeros back in full</source>
        <translation>Nullen vollständig zurücklesen</translation>
    </message>
    <message>
        <source>exact copy</source>
        <translation>exakte Kopie</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Failure code</source>
        <translation>Fehlercode</translation>
    </message>
    <message>
        <source>%1, at %2</source>
        <comment>code, stage</comment>
        <translation>%1, bei: %2</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Detail</translation>
    </message>
    <message>
        <source>Conflict</source>
        <translation>Konflikt</translation>
    </message>
    <message>
        <source>MAC address</source>
        <translation>MAC-Adresse</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Serial number</source>
        <translation>Seriennummer</translation>
    </message>
    <message>
        <source>Board revision</source>
        <translation>Platinenrevision</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Storage size</source>
        <translation>Speichergröße</translation>
    </message>
    <message>
        <source>Card identification</source>
        <translation>Kartenkennung (CID)</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Zuerst gesehen</translation>
    </message>
    <message>
        <source>Last heard of</source>
        <translation>Zuletzt gehört</translation>
    </message>
    <message>
        <source>Automatic mode</source>
        <translation>Automatik</translation>
    </message>
    <message>
        <source>may act on this device</source>
        <translation>darf an diesem Gerät arbeiten</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>What it proves</source>
        <translation>Was das beweist</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Abbild</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Image identity</source>
        <translation>Identität des Abbilds</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Cancelled by</source>
        <translation>Abgebrochen von</translation>
    </message>
    <message>
        <source>Ordered</source>
        <translation>Erteilt</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <comment>of a date, version</comment>
        <translation>%1, Version %2</translation>
    </message>
    <message>
        <source>Started from</source>
        <translation>Gestartet von</translation>
    </message>
    <message>
        <source>Boot order</source>
        <translation>Startreihenfolge</translation>
    </message>
    <message>
        <source>Bootloader</source>
        <translation>Bootloader</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>what limits the speed. what to do.</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Mostly limited by</source>
        <translation>Meist begrenzt durch</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Another board (%1) uses this MAC address. What the row says of jobs is about the first board.</source>
        <translation>Eine andere Platine (%1) benutzt diese MAC-Adresse. Was die Zeile über Aufträge sagt, gilt für die erste Platine.</translation>
    </message>
    <message>
        <source>%1 uses this MAC address, too, and gets no answer</source>
        <translation>%1 benutzt diese MAC-Adresse auch und bekommt keine Antwort</translation>
    </message>
    <message>
        <source>The device %1 has the same serial number.</source>
        <translation>Das Gerät %1 hat dieselbe Seriennummer.</translation>
    </message>
    <message>
        <source>The device has a new address. Automatic mode waits until you re-arm it.</source>
        <translation>Das Gerät hat eine neue Adresse. Die Automatik wartet, bis Sie es wieder freigeben.</translation>
    </message>
    <message>
        <source>does not act on this device until you re-arm it</source>
        <translation>rührt dieses Gerät nicht an, bis Sie es wieder freigeben</translation>
    </message>
    <message>
        <source>includes the network</source>
        <translation>enthält das Netzwerk</translation>
    </message>
    <message>
        <source>Boot ID</source>
        <translation>Boot-ID</translation>
    </message>
    <message>
        <source>Warnings of the image</source>
        <translation>Warnungen zum Abbild</translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a bootloader&apos;s date</comment>
        <translation>vom %1</translation>
    </message>
    <message>
        <source>read twice and compared</source>
        <translation>zweimal gelesen und verglichen</translation>
    </message>
</context>
<context>
    <name>ui::DeviceLogView</name>
    <message>
        <source>Log of the selected device, seconds since power-on</source>
        <translation>Protokoll des gewählten Geräts, Sekunden seit dem Einschalten</translation>
    </message>
    <message numerus="yes">
        <source>(%n older line(s) are gone)</source>
        <translation>
            <numerusform>(%n ältere Zeile ist weg)</numerusform>
            <numerusform>(%n ältere Zeilen sind weg)</numerusform>
        </translation>
    </message>
    <message>
        <source>The device has logged nothing yet. Only provisioning-client sends a log.</source>
        <translation>Das Gerät hat noch nichts protokolliert. Nur provisioning-client sendet ein Protokoll.</translation>
    </message>
</context>
<context>
    <name>ui::DeviceModel</name>
    <message>
        <source>Serial number: %1</source>
        <translation>Seriennummer: %1</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Serial number</source>
        <translation>Seriennummer</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>The device has not registered yet.</source>
        <translation>Das Gerät hat sich noch nicht angemeldet.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>84.2 MiB/s · network</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>Writing: 1.2 of 7.8 GiB</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The device is online.</source>
        <translation>Das Gerät ist online.</translation>
    </message>
    <message>
        <source>Offline for %1.</source>
        <translation>Seit %1 offline.</translation>
    </message>
    <message>
        <source>This usually means: %1</source>
        <translation>Das heißt meistens: %1</translation>
    </message>
    <message>
        <source>The station sends to a limited number of devices at the same time. This device is next when the ones before it have the image.</source>
        <translation>Die Station sendet nur an eine begrenzte Zahl von Geräten gleichzeitig. Dieses ist an der Reihe, sobald die Geräte vor ihm das Abbild haben.</translation>
    </message>
    <message>
        <source>Last job: %1.</source>
        <translation>Letzter Auftrag: %1.</translation>
    </message>
    <message>
        <source>What to do: %1</source>
        <translation>Was zu tun ist: %1</translation>
    </message>
</context>
<context>
    <name>ui::DevicePane</name>
    <message>
        <source>Connect a device to the bench network and switch it on. It boots from the network and appears here by itself.</source>
        <translation>Schließen Sie ein Gerät an das Netz der Werkbank an und schalten Sie es ein. Es startet über das Netzwerk und erscheint hier von selbst.</translation>
    </message>
    <message>
        <source>This station: %1</source>
        <translation>Diese Station: %1</translation>
    </message>
    <message>
        <source>First, choose a golden image</source>
        <translation>Wählen Sie zuerst ein Abbild</translation>
    </message>
    <message>
        <source>Drop an image file anywhere on this window, or choose one. Devices appear here by themselves; a backup needs no image.</source>
        <translation>Ziehen Sie eine Abbilddatei irgendwo auf dieses Fenster, oder wählen Sie eine. Geräte erscheinen hier von selbst; eine Sicherung braucht kein Abbild.</translation>
    </message>
    <message>
        <source>Choose image…</source>
        <translation>Abbild wählen …</translation>
    </message>
    <message>
        <source>The golden image is being imported</source>
        <translation>Das Abbild wird importiert</translation>
    </message>
    <message>
        <source>Waiting for devices</source>
        <translation>Warten auf Geräte</translation>
    </message>
    <message>
        <source>No device matches “%1”</source>
        <translation>Kein Gerät passt zu „%1“</translation>
    </message>
    <message>
        <source>Show all devices</source>
        <translation>Alle Geräte zeigen</translation>
    </message>
    <message>
        <source>Filter devices by any word: MAC, serial, model, stage…</source>
        <translation>Geräte nach Wörtern filtern: MAC, Seriennummer, Modell, Stand …</translation>
    </message>
    <message>
        <source>Filter devices</source>
        <translation>Geräte filtern</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Click to sort, right-click to choose columns</source>
        <translation>Klicken sortiert, Rechtsklick wählt Spalten aus</translation>
    </message>
    <message>
        <source>Network boot is off: start it with Tools &gt; Network boot, unless another server lets the devices boot. Then connect a device to the bench network and switch it on. It appears here by itself.</source>
        <translation>Der Netzwerkstart ist aus: Starten Sie ihn unter Werkzeuge &gt; Netzwerkstart, sofern nicht ein anderer Server die Geräte starten lässt. Schließen Sie dann ein Gerät an das Netz der Werkbank an und schalten Sie es ein. Es erscheint hier von selbst.</translation>
    </message>
</context>
<context>
    <name>ui::DropOverlay</name>
    <message>
        <source>Drop area for a golden image</source>
        <translation>Ablagefläche für ein Abbild</translation>
    </message>
    <message>
        <source>Drop to make this the golden image</source>
        <translation>Loslassen, um dies zum Abbild für die Geräte zu machen</translation>
    </message>
</context>
<context>
    <name>ui::FailureText</name>
    <message>
        <source>Try again. If it happens again, report it together with the technical detail.</source>
        <translation>Versuchen Sie es noch einmal. Wenn es wieder geschieht, melden Sie es zusammen mit dem technischen Detail.</translation>
    </message>
    <message>
        <source>The request was incomplete or malformed.</source>
        <translation>Die Anfrage war unvollständig oder fehlerhaft.</translation>
    </message>
    <message>
        <source>Check names and paths. If a device sent it, bring its client and this station to the same version.</source>
        <translation>Prüfen Sie Namen und Pfade. Wenn ein Gerät sie gesendet hat, bringen Sie seinen Client und diese Station auf denselben Stand.</translation>
    </message>
    <message>
        <source>The station does not know this device.</source>
        <translation>Die Station kennt dieses Gerät nicht.</translation>
    </message>
    <message>
        <source>Restart the device, so that it registers again.</source>
        <translation>Starten Sie das Gerät neu, damit es sich wieder anmeldet.</translation>
    </message>
    <message>
        <source>There is no such job, or it has ended already.</source>
        <translation>Diesen Auftrag gibt es nicht, oder er ist schon beendet.</translation>
    </message>
    <message>
        <source>Look at the device&apos;s row for its state, and order the job again if it is needed.</source>
        <translation>Sehen Sie in der Zeile des Geräts nach dem Stand, und erteilen Sie den Auftrag bei Bedarf noch einmal.</translation>
    </message>
    <message>
        <source>The image is no longer in the library.</source>
        <translation>Das Abbild ist nicht mehr in der Sammlung.</translation>
    </message>
    <message>
        <source>Choose a golden image again.</source>
        <translation>Wählen Sie wieder ein Abbild.</translation>
    </message>
    <message>
        <source>The device asked for something that this station does not offer.</source>
        <translation>Das Gerät hat nach etwas gefragt, das diese Station nicht anbietet.</translation>
    </message>
    <message>
        <source>Bring the device&apos;s client and this station to the same version.</source>
        <translation>Bringen Sie den Client des Geräts und diese Station auf denselben Stand.</translation>
    </message>
    <message>
        <source>The transfer&apos;s address is no longer valid.</source>
        <translation>Die Adresse der Übertragung gilt nicht mehr.</translation>
    </message>
    <message>
        <source>Order the job again; the device gets a new address with it.</source>
        <translation>Erteilen Sie den Auftrag noch einmal; das Gerät bekommt damit eine neue Adresse.</translation>
    </message>
    <message>
        <source>The secret that goes with the request is missing or wrong.</source>
        <translation>Das Geheimnis, das zur Anfrage gehört, fehlt oder ist falsch.</translation>
    </message>
    <message>
        <source>Restart the device, so that it registers again. For a script, check its operator token.</source>
        <translation>Starten Sie das Gerät neu, damit es sich wieder anmeldet. Bei einem Skript prüfen Sie seinen Operator-Token.</translation>
    </message>
    <message>
        <source>The request came from another address than the device registered from.</source>
        <translation>Die Anfrage kam von einer anderen Adresse als die Anmeldung des Geräts.</translation>
    </message>
    <message>
        <source>Make sure that no two machines have the same MAC address, then restart the device.</source>
        <translation>Sorgen Sie dafür, dass keine zwei Rechner dieselbe MAC-Adresse haben, und starten Sie das Gerät dann neu.</translation>
    </message>
    <message>
        <source>The device already has a job.</source>
        <translation>Das Gerät hat schon einen Auftrag.</translation>
    </message>
    <message>
        <source>Wait until that job has ended, or cancel it first.</source>
        <translation>Warten Sie, bis er beendet ist, oder brechen Sie ihn zuerst ab.</translation>
    </message>
    <message>
        <source>The image is not ready for use.</source>
        <translation>Das Abbild ist nicht bereit.</translation>
    </message>
    <message>
        <source>Wait until its import has finished. If the import failed, choose the file again.</source>
        <translation>Warten Sie, bis es importiert ist. Wenn das fehlgeschlagen ist, wählen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>The device sent a message that is too long.</source>
        <translation>Das Gerät hat eine zu lange Nachricht gesendet.</translation>
    </message>
    <message>
        <source>Check that its client sends the backup to the upload address that it was given.</source>
        <translation>Prüfen Sie, ob sein Client die Sicherung an die Adresse sendet, die ihm genannt wurde.</translation>
    </message>
    <message>
        <source>Let its client send a Content-Length; only uploads may be chunked.</source>
        <translation>Sein Client muss eine Content-Length senden; nur Sicherungen dürfen in Stücken kommen.</translation>
    </message>
    <message>
        <source>Send the raw device instead, for example with “curl -T -” in place of “curl -F”.</source>
        <translation>Senden Sie stattdessen den Inhalt des Geräts unverpackt, zum Beispiel mit „curl -T -“ statt „curl -F“.</translation>
    </message>
    <message>
        <source>The device asked for a part that lies beyond the image&apos;s end.</source>
        <translation>Das Gerät hat nach einem Teil hinter dem Ende des Abbilds gefragt.</translation>
    </message>
    <message>
        <source>Restart the device and deploy again; it may have held on to another image.</source>
        <translation>Starten Sie das Gerät neu und übertragen Sie noch einmal; vielleicht hielt es an einem anderen Abbild fest.</translation>
    </message>
    <message>
        <source>The device used a method that is not allowed there.</source>
        <translation>Das Gerät hat eine Methode verwendet, die dort nicht erlaubt ist.</translation>
    </message>
    <message>
        <source>Use GET to download an image, and POST or PUT to upload a backup.</source>
        <translation>Verwenden Sie GET zum Laden eines Abbilds und POST oder PUT zum Senden einer Sicherung.</translation>
    </message>
    <message>
        <source>Check that this module has an eMMC (a CM4 Lite has none), and that the netboot kernel has its driver.</source>
        <translation>Prüfen Sie, ob dieses Modul eine eMMC hat (ein CM4 Lite hat keine) und ob der Netboot-Kernel den Treiber dafür hat.</translation>
    </message>
    <message>
        <source>Unplug the others, or name the right one to the client with --device.</source>
        <translation>Entfernen Sie die anderen, oder nennen Sie dem Client mit --device den richtigen.</translation>
    </message>
    <message>
        <source>The storage is in use on the device itself.</source>
        <translation>Der Speicher ist auf dem Gerät selbst in Gebrauch.</translation>
    </message>
    <message>
        <source>Boot the device from the network, so that nothing on its storage is mounted, and try again.</source>
        <translation>Starten Sie das Gerät über das Netz, damit nichts von seinem Speicher eingehängt ist, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Only an SD card was found, and the job did not allow one.</source>
        <translation>Es wurde nur eine SD-Karte gefunden, und der Auftrag ließ keine zu.</translation>
    </message>
    <message>
        <source>If the SD card is what you mean, deploy again and tick “Allow SD cards”.</source>
        <translation>Wenn Sie die SD-Karte meinen, übertragen Sie noch einmal und setzen das Häkchen bei „SD-Karten zulassen“.</translation>
    </message>
    <message>
        <source>The image does not fit on the device.</source>
        <translation>Das Abbild passt nicht auf das Gerät.</translation>
    </message>
    <message>
        <source>Use a device with a larger eMMC, or shrink the image&apos;s last partition and choose it again.</source>
        <translation>Nehmen Sie ein Gerät mit größerer eMMC, oder verkleinern Sie die letzte Partition des Abbilds und wählen es noch einmal.</translation>
    </message>
    <message>
        <source>The device&apos;s storage could not be read.</source>
        <translation>Der Speicher des Geräts war nicht lesbar.</translation>
    </message>
    <message>
        <source>Try once more. If it fails at the same place, the eMMC is worn out: replace the module.</source>
        <translation>Versuchen Sie es noch einmal. Wenn es an derselben Stelle fehlschlägt, ist die eMMC verschlissen: tauschen Sie das Modul.</translation>
    </message>
    <message>
        <source>The device&apos;s storage refused a write.</source>
        <translation>Der Speicher des Geräts hat einen Schreibvorgang verweigert.</translation>
    </message>
    <message>
        <source>Try once more. If it fails again, the eMMC is worn out or write-protected: replace the module.</source>
        <translation>Versuchen Sie es noch einmal. Wenn es wieder fehlschlägt, ist die eMMC verschlissen oder schreibgeschützt: tauschen Sie das Modul.</translation>
    </message>
    <message>
        <source>The eMMC may be worn: do not use this device. Replace the module.</source>
        <translation>Die eMMC ist vielleicht verschlissen: Verwenden Sie dieses Gerät nicht. Tauschen Sie das Modul.</translation>
    </message>
    <message>
        <source>Copy or download the file again, then choose it again.</source>
        <translation>Kopieren oder laden Sie die Datei noch einmal, und wählen Sie sie dann wieder.</translation>
    </message>
    <message>
        <source>A part of the image arrived damaged: it does not match its checksum.</source>
        <translation>Ein Teil des Abbilds kam beschädigt an: er passt nicht zu seiner Prüfsumme.</translation>
    </message>
    <message>
        <source>Deploy again. If it fails for every device, remove the image from the library and choose it again.</source>
        <translation>Übertragen Sie noch einmal. Wenn es bei jedem Gerät fehlschlägt, nehmen Sie das Abbild aus der Sammlung und wählen es noch einmal.</translation>
    </message>
    <message>
        <source>The image file cannot be read.</source>
        <translation>Die Abbilddatei ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Check that the file is still there and that you may read it, then choose it again.</source>
        <translation>Prüfen Sie, ob die Datei noch da ist und ob Sie sie lesen dürfen, und wählen Sie sie dann noch einmal.</translation>
    </message>
    <message>
        <source>The image file is empty.</source>
        <translation>Die Abbilddatei ist leer.</translation>
    </message>
    <message>
        <source>Check the device&apos;s network cable and storage, then back up again.</source>
        <translation>Prüfen Sie Netzwerkkabel und Speicher des Geräts, und sichern Sie noch einmal.</translation>
    </message>
    <message>
        <source>Back up again. Make sure that nothing writes to the device&apos;s storage meanwhile.</source>
        <translation>Sichern Sie noch einmal. Sorgen Sie dafür, dass währenddessen nichts auf den Speicher des Geräts schreibt.</translation>
    </message>
    <message>
        <source>The device continued its backup at the wrong place.</source>
        <translation>Das Gerät hat seine Sicherung an der falschen Stelle fortgesetzt.</translation>
    </message>
    <message>
        <source>Restart the device and back up again. If it happens again, bring its client up to date.</source>
        <translation>Starten Sie das Gerät neu und sichern Sie noch einmal. Wenn es wieder geschieht, bringen Sie seinen Client auf den neuesten Stand.</translation>
    </message>
    <message>
        <source>The backup cannot be written to that place.</source>
        <translation>Die Sicherung kann dort nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>Choose a folder that exists and that you may write to.</source>
        <translation>Wählen Sie einen Ordner, den es gibt und in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Choose another name, or confirm that the file may be replaced.</source>
        <translation>Wählen Sie einen anderen Namen, oder bestätigen Sie, dass die Datei ersetzt werden darf.</translation>
    </message>
    <message>
        <source>The disk that holds the image library is full.</source>
        <translation>Die Festplatte mit der Sammlung der Abbilder ist voll.</translation>
    </message>
    <message>
        <source>Remove images that are no longer needed, or free space on the disk, then choose the file again.</source>
        <translation>Entfernen Sie Abbilder, die nicht mehr gebraucht werden, oder schaffen Sie Platz auf der Festplatte, und wählen Sie die Datei dann noch einmal.</translation>
    </message>
    <message>
        <source>The station&apos;s disk is full.</source>
        <translation>Die Festplatte der Station ist voll.</translation>
    </message>
    <message>
        <source>Free space, or choose a folder on another disk, and try again.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie einen Ordner auf einer anderen Festplatte, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The station&apos;s own disk reported an error.</source>
        <translation>Die Festplatte der Station hat einen Fehler gemeldet.</translation>
    </message>
    <message>
        <source>Check the disk and the technical detail, then try again.</source>
        <translation>Prüfen Sie die Festplatte und das technische Detail, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The connection to the device was lost.</source>
        <translation>Die Verbindung zum Gerät ist abgerissen.</translation>
    </message>
    <message>
        <source>Check the device&apos;s power and network cable, restart it, and try again.</source>
        <translation>Prüfen Sie Strom und Netzwerkkabel des Geräts, starten Sie es neu, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The device stopped reporting.</source>
        <translation>Das Gerät berichtet nicht mehr.</translation>
    </message>
    <message>
        <source>Check its power and network cable, then restart it; it registers again by itself.</source>
        <translation>Prüfen Sie Strom und Netzwerkkabel, und starten Sie es neu; es meldet sich von selbst wieder an.</translation>
    </message>
    <message>
        <source>The job was cancelled.</source>
        <translation>Der Auftrag wurde abgebrochen.</translation>
    </message>
    <message>
        <source>A deploy that was cancelled after it began leaves a device that does not boot: deploy again.</source>
        <translation>Eine Übertragung, die nach ihrem Beginn abgebrochen wurde, hinterlässt ein Gerät, das nicht startet: übertragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>A newer connection of the same device took over.</source>
        <translation>Eine neuere Verbindung desselben Geräts hat übernommen.</translation>
    </message>
    <message>
        <source>The device got an answer from the station that it does not understand.</source>
        <translation>Das Gerät hat von der Station eine Antwort bekommen, die es nicht versteht.</translation>
    </message>
    <message>
        <source>Bring the device&apos;s client and this station to the same version, and check that no proxy stands between them.</source>
        <translation>Bringen Sie den Client des Geräts und diese Station auf denselben Stand, und prüfen Sie, dass kein Proxy dazwischensteht.</translation>
    </message>
    <message>
        <source>The device&apos;s client cannot do this.</source>
        <translation>Der Client des Geräts kann das nicht.</translation>
    </message>
    <message>
        <source>Boot the device with the netboot files of this station, which bring the full client.</source>
        <translation>Starten Sie das Gerät mit den Netboot-Dateien dieser Station; sie bringen den vollen Client mit.</translation>
    </message>
    <message>
        <source>See the technical detail, and report it if it happens again.</source>
        <translation>Sehen Sie sich das technische Detail an, und melden Sie es, wenn es wieder geschieht.</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>none</source>
        <comment>stage</comment>
        <translation>keine</translation>
    </message>
    <message>
        <source>registering</source>
        <comment>stage</comment>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>checking</source>
        <comment>stage</comment>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>zeroing</source>
        <comment>stage</comment>
        <translation>Nullen</translation>
    </message>
    <message>
        <source>writing</source>
        <comment>stage</comment>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>flushing</source>
        <comment>stage</comment>
        <translation>Leeren der Puffer</translation>
    </message>
    <message>
        <source>reading the device</source>
        <comment>stage</comment>
        <translation>Lesen des Geräts</translation>
    </message>
    <message>
        <source>receiving</source>
        <comment>stage</comment>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>saving</source>
        <comment>stage</comment>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>importing</source>
        <comment>stage</comment>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>The chosen network interface cannot serve devices.</source>
        <translation>Der gewählte Netzwerkanschluss kann keine Geräte bedienen.</translation>
    </message>
    <message>
        <source>Plug the bench&apos;s switch in and choose the interface that leads to it.</source>
        <translation>Stecken Sie den Switch der Werkbank an und wählen Sie den Anschluss, der zu ihm führt.</translation>
    </message>
    <message>
        <source>This interface is the way to the office network; a second DHCP server there would disturb everybody.</source>
        <translation>Dieser Anschluss führt ins Firmennetz; ein zweiter DHCP-Server dort würde alle stören.</translation>
    </message>
    <message>
        <source>Choose the interface that leads to the bench, or use proxy-DHCP beside the office&apos;s server.</source>
        <translation>Wählen Sie den Anschluss, der zur Werkbank führt, oder Proxy-DHCP neben dem Server der Firma.</translation>
    </message>
    <message>
        <source>The station&apos;s address or the range for devices does not fit.</source>
        <translation>Die Adresse der Station oder der Bereich für Geräte passt nicht.</translation>
    </message>
    <message>
        <source>Take a network that no other interface uses, and a range inside it.</source>
        <translation>Nehmen Sie ein Netz, das kein anderer Anschluss benutzt, und einen Bereich darin.</translation>
    </message>
    <message>
        <source>The folder with the boot files cannot be served.</source>
        <translation>Der Ordner mit den Startdateien lässt sich nicht ausliefern.</translation>
    </message>
    <message>
        <source>Put the netboot files into a folder that everybody may read and only its owner may write, such as /srv/tftp.</source>
        <translation>Legen Sie die Netboot-Dateien in einen Ordner, den alle lesen und nur sein Besitzer schreiben darf, etwa /srv/tftp.</translation>
    </message>
    <message>
        <source>The interface that should lead the devices to the internet cannot be used.</source>
        <translation>Der Anschluss, der die Geräte ins Internet führen soll, ist nicht benutzbar.</translation>
    </message>
    <message>
        <source>Choose another interface than the bench&apos;s as uplink, or none.</source>
        <translation>Wählen Sie als Uplink einen anderen Anschluss als den der Werkbank, oder keinen.</translation>
    </message>
    <message>
        <source>A program that the station needs is not installed.</source>
        <translation>Ein Programm, das die Station braucht, ist nicht installiert.</translation>
    </message>
    <message>
        <source>Install the packages dnsmasq-base, nftables, iproute2 and pkexec, or run installer/run.sh once.</source>
        <translation>Installieren Sie die Pakete dnsmasq-base, nftables, iproute2 und pkexec, oder führen Sie einmal installer/run.sh aus.</translation>
    </message>
    <message>
        <source>Another program on this computer already uses the DHCP or TFTP port.</source>
        <translation>Ein anderes Programm auf diesem Rechner benutzt den DHCP- oder TFTP-Port bereits.</translation>
    </message>
    <message>
        <source>Stop the other DHCP or TFTP server (often dnsmasq, isc-dhcp-server or tftpd-hpa), then start again.</source>
        <translation>Beenden Sie den anderen DHCP- oder TFTP-Server (oft dnsmasq, isc-dhcp-server oder tftpd-hpa) und starten Sie noch einmal.</translation>
    </message>
    <message>
        <source>Administrator rights are needed for this and were not given.</source>
        <translation>Dafür sind Administratorrechte nötig, und sie wurden nicht gegeben.</translation>
    </message>
    <message>
        <source>Start again and enter an administrator&apos;s password when you are asked for it.</source>
        <translation>Starten Sie noch einmal und geben Sie auf Nachfrage das Passwort eines Administrators ein.</translation>
    </message>
    <message>
        <source>Another station on this computer already runs the netboot service.</source>
        <translation>Eine andere Station auf diesem Rechner betreibt den Netboot-Dienst bereits.</translation>
    </message>
    <message>
        <source>Stop it there first.</source>
        <translation>Beenden Sie ihn zuerst dort.</translation>
    </message>
    <message>
        <source>The DHCP and TFTP service could not run.</source>
        <translation>Der DHCP- und TFTP-Dienst konnte nicht laufen.</translation>
    </message>
    <message>
        <source>See the technical detail and the service&apos;s log, then start again.</source>
        <translation>Sehen Sie sich das technische Detail und das Protokoll des Dienstes an und starten Sie noch einmal.</translation>
    </message>
    <message>
        <source>Too many devices have registered that were never given a job.</source>
        <translation>Zu viele Geräte haben sich angemeldet, die nie einen Auftrag bekamen.</translation>
    </message>
    <message>
        <source>The station has too many connections at once.</source>
        <translation>Die Station hat zu viele Verbindungen auf einmal.</translation>
    </message>
    <message>
        <source>Choose a disk image (.img, .wic, .raw), as it is or compressed (.xz, .gz, .bz2, .zst, .zip).</source>
        <translation>Wählen Sie ein Datenträgerabbild (.img, .wic, .raw), unverändert oder gepackt (.xz, .gz, .bz2, .zst, .zip).</translation>
    </message>
    <message>
        <source>The archive is encrypted, needs too much memory to be unpacked, or does not hold exactly one image.</source>
        <translation>Das Archiv ist verschlüsselt, braucht zum Entpacken zu viel Speicher oder enthält nicht genau ein Abbild.</translation>
    </message>
    <message>
        <source>Unpack it, and choose the image that you mean.</source>
        <translation>Entpacken Sie es und wählen Sie das gemeinte Abbild.</translation>
    </message>
    <message>
        <source>The checksum file or .bmap beside the image cannot be used.</source>
        <translation>Die Prüfsummen- oder .bmap-Datei neben dem Abbild ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>Get that file again. If you trust the image without it, move the file away, then choose the image again.</source>
        <translation>Besorgen Sie diese Datei erneut. Wenn Sie dem Abbild auch ohne sie trauen, legen Sie sie woandershin und wählen Sie das Abbild noch einmal.</translation>
    </message>
    <message>
        <source>The file unpacks to far more than an image of its size can be.</source>
        <translation>Die Datei wird entpackt weit größer, als ein Abbild ihrer Größe sein kann.</translation>
    </message>
    <message>
        <source>Check where the file comes from. If it is what you want, unpack it, and choose the image that was in it.</source>
        <translation>Prüfen Sie, woher die Datei kommt. Ist sie die richtige, entpacken Sie sie und wählen Sie das Abbild, das darin war.</translation>
    </message>
    <message>
        <source>The station&apos;s copy of the image is damaged.</source>
        <translation>Die Kopie des Abbilds in der Station ist beschädigt.</translation>
    </message>
    <message>
        <source>Remove the image from the library and choose its file again.</source>
        <translation>Entfernen Sie das Abbild aus der Sammlung und wählen Sie seine Datei erneut.</translation>
    </message>
    <message>
        <source>The file is in a format from which no Raspberry Pi can start.</source>
        <translation>Die Datei hat ein Format, von dem kein Raspberry Pi starten kann.</translation>
    </message>
    <message>
        <source>Convert the file to a raw disk image (.img), or choose another file.</source>
        <translation>Wandeln Sie die Datei in ein rohes Datenträgerabbild (.img) um oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Another board now uses this MAC address.</source>
        <translation>Eine andere Platine benutzt jetzt diese MAC-Adresse.</translation>
    </message>
    <message>
        <source>Check which board is connected, then start the job again for it.</source>
        <translation>Prüfen Sie, welche Platine angeschlossen ist, und starten Sie den Auftrag für sie neu.</translation>
    </message>
    <message>
        <source>The station was restarted.</source>
        <translation>Die Station wurde neu gestartet.</translation>
    </message>
    <message>
        <source>The device has a new network address.</source>
        <translation>Das Gerät hat eine neue Netzwerkadresse.</translation>
    </message>
    <message>
        <source>The station ended unexpectedly while it worked on this.</source>
        <translation>Die Station wurde unerwartet beendet, während sie daran arbeitete.</translation>
    </message>
    <message>
        <source>Report the problem with the file or device. Then start the import or the job again by hand.</source>
        <translation>Melden Sie das Problem mit Datei oder Gerät. Starten Sie den Import oder Auftrag dann von Hand neu.</translation>
    </message>
    <message>
        <source>The request names a host that is not this station.</source>
        <translation>Die Anfrage nennt einen Rechner, der nicht diese Station ist.</translation>
    </message>
    <message>
        <source>Use the station&apos;s address or host name, or start the station with --host-name NAME.</source>
        <translation>Benutzen Sie Adresse oder Rechnernamen der Station, oder starten Sie sie mit --host-name NAME.</translation>
    </message>
    <message>
        <source>A web page of another site sent the request.</source>
        <translation>Eine Webseite von anderswo hat die Anfrage gesendet.</translation>
    </message>
    <message>
        <source>The operator token was wrong too many times.</source>
        <translation>Der Operator-Token war zu oft falsch.</translation>
    </message>
    <message>
        <source>Check the token, wait a minute, then try again.</source>
        <translation>Prüfen Sie den Token, warten Sie eine Minute und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The backup is larger than the largest file that this disk can hold.</source>
        <translation>Die Sicherung ist größer als die größte Datei, die dieser Datenträger aufnehmen kann.</translation>
    </message>
    <message>
        <source>The disk or network folder of the backup is gone.</source>
        <translation>Der Datenträger oder Netzwerkordner der Sicherung ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Connect the disk or network folder again, then start the backup again.</source>
        <translation>Verbinden Sie den Datenträger oder Netzwerkordner wieder und starten Sie die Sicherung neu.</translation>
    </message>
    <message>
        <source>The disk or network folder of the backup takes no data.</source>
        <translation>Der Datenträger oder Netzwerkordner der Sicherung nimmt keine Daten an.</translation>
    </message>
    <message>
        <source>Check the disk, or the network to the folder, then start the backup again.</source>
        <translation>Prüfen Sie den Datenträger oder das Netz zum Ordner und starten Sie die Sicherung neu.</translation>
    </message>
    <message>
        <source>The station&apos;s data folder is on a file system that cannot protect files.</source>
        <translation>Der Datenordner der Station liegt auf einem Dateisystem, das Dateien nicht schützen kann.</translation>
    </message>
    <message>
        <source>Choose a folder on a Linux file system, such as ext4, with --data-dir.</source>
        <translation>Wählen Sie mit --data-dir einen Ordner auf einem Linux-Dateisystem wie ext4.</translation>
    </message>
    <message>
        <source>The network interface of the bench has no link.</source>
        <translation>Der Netzwerkanschluss der Werkbank hat keine Verbindung.</translation>
    </message>
    <message>
        <source>Connect the cable and switch on the switch. Network boot goes on by itself.</source>
        <translation>Schließen Sie das Kabel an und schalten Sie den Switch ein. Der Netzwerkstart geht von selbst weiter.</translation>
    </message>
    <message>
        <source>The network interface of the bench is gone.</source>
        <translation>Der Netzwerkanschluss der Werkbank ist nicht mehr da.</translation>
    </message>
    <message>
        <source>Plug the network adapter in again. Network boot goes on by itself.</source>
        <translation>Stecken Sie den Netzwerkadapter wieder ein. Der Netzwerkstart geht von selbst weiter.</translation>
    </message>
    <message>
        <source>The netboot kit is not complete or does not fit.</source>
        <translation>Das Netboot-Kit ist unvollständig oder passt nicht.</translation>
    </message>
    <message>
        <source>Build the kit again with installer/netboot/build.sh, or choose another folder.</source>
        <translation>Bauen Sie das Kit mit installer/netboot/build.sh neu oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>All addresses of the range for devices are in use.</source>
        <translation>Alle Adressen des Bereichs für Geräte sind vergeben.</translation>
    </message>
    <message>
        <source>The station&apos;s database was damaged.</source>
        <translation>Die Datenbank der Station war beschädigt.</translation>
    </message>
    <message>
        <source>Check the devices and images in the list. The detail says what was kept and what is lost.</source>
        <translation>Prüfen Sie die Geräte und Abbilder in der Liste. Das Detail nennt, was erhalten und was verloren ist.</translation>
    </message>
    <message>
        <source>Internal error.</source>
        <translation>Interner Fehler.</translation>
    </message>
    <message>
        <source>Verification failed, even after rewriting.</source>
        <translation>Die Überprüfung ist fehlgeschlagen, auch nach erneutem Schreiben.</translation>
    </message>
    <message>
        <source>The image and the checksum file or .bmap beside it do not match.</source>
        <translation>Das Abbild und die Prüfsummendatei oder .bmap daneben passen nicht zusammen.</translation>
    </message>
    <message>
        <source>Download or copy both again as they are published. The detail names the file and what differs.</source>
        <translation>Laden oder kopieren Sie beide noch einmal, so wie sie veröffentlicht sind. Das Detail nennt die Datei und den Unterschied.</translation>
    </message>
    <message>
        <source>Internal error without a description.</source>
        <translation>Interner Fehler ohne Beschreibung.</translation>
    </message>
    <message>
        <source>Registering failed</source>
        <translation>Anmelden fehlgeschlagen</translation>
    </message>
    <message>
        <source>Checking failed</source>
        <translation>Prüfung vorab fehlgeschlagen</translation>
    </message>
    <message>
        <source>Erasing the old partition table failed</source>
        <translation>Löschen der alten Partitionstabelle fehlgeschlagen</translation>
    </message>
    <message>
        <source>Zeroing failed</source>
        <translation>Nullen fehlgeschlagen</translation>
    </message>
    <message>
        <source>Writing failed</source>
        <translation>Schreiben fehlgeschlagen</translation>
    </message>
    <message>
        <source>Flushing failed</source>
        <translation>Leeren der Puffer fehlgeschlagen</translation>
    </message>
    <message>
        <source>Verification failed</source>
        <translation>Überprüfung fehlgeschlagen</translation>
    </message>
    <message>
        <source>Finishing failed</source>
        <translation>Abschluss fehlgeschlagen</translation>
    </message>
    <message>
        <source>Reading the device failed</source>
        <translation>Lesen des Geräts fehlgeschlagen</translation>
    </message>
    <message>
        <source>Receiving failed</source>
        <translation>Empfangen fehlgeschlagen</translation>
    </message>
    <message>
        <source>Saving failed</source>
        <translation>Speichern fehlgeschlagen</translation>
    </message>
    <message>
        <source>Import failed</source>
        <translation>Import fehlgeschlagen</translation>
    </message>
    <message>
        <source>erasing the old partition table</source>
        <comment>stage</comment>
        <translation>Löschen der alten Partitionstabelle</translation>
    </message>
    <message>
        <source>verifying</source>
        <comment>stage</comment>
        <translation>Überprüfen</translation>
    </message>
    <message>
        <source>finishing</source>
        <comment>stage</comment>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>Check its network cable, switch port and power.</source>
        <translation>Prüfen Sie Netzwerkkabel, Switch-Anschluss und Stromversorgung.</translation>
    </message>
    <message>
        <source>Look at the device&apos;s row: if the job does not resume, start it again.</source>
        <translation>Sehen Sie in die Zeile des Geräts: Geht der Auftrag nicht weiter, starten Sie ihn neu.</translation>
    </message>
    <message>
        <source>Make sure that the device keeps its address, and that no other machine uses it.</source>
        <translation>Sorgen Sie dafür, dass das Gerät seine Adresse behält und kein anderer Rechner sie benutzt.</translation>
    </message>
    <message>
        <source>Close that page. Use the station&apos;s window or a script.</source>
        <translation>Schließen Sie diese Seite. Benutzen Sie das Fenster der Station oder ein Skript.</translation>
    </message>
    <message>
        <source>Choose a disk with another file system, such as ext4 or exFAT, or save as .img.zst.</source>
        <translation>Wählen Sie einen Datenträger mit einem anderen Dateisystem, etwa ext4 oder exFAT, oder speichern Sie als .img.zst.</translation>
    </message>
    <message>
        <source>Choose a larger range, or wait until old leases expire.</source>
        <translation>Wählen Sie einen größeren Bereich, oder warten Sie, bis alte Adressen frei werden.</translation>
    </message>
    <message>
        <source>The backup is complete and is being saved. It is too late to cancel.</source>
        <translation>Die Sicherung ist vollständig und wird gerade gespeichert. Zum Abbrechen ist es zu spät.</translation>
    </message>
    <message>
        <source>Wait a moment. The device&apos;s row shows how it ended. Delete the file if you do not want it.</source>
        <translation>Warten Sie einen Augenblick. Die Zeile des Geräts zeigt, wie es ausging. Löschen Sie die Datei, wenn Sie sie nicht brauchen.</translation>
    </message>
    <message>
        <source>Look for a machine that invents MAC addresses. Then select its rows and choose “Remove from list”.</source>
        <translation>Suchen Sie einen Rechner, der MAC-Adressen erfindet. Markieren Sie dann seine Zeilen und wählen Sie „Von der Liste nehmen“.</translation>
    </message>
    <message>
        <source>Wait: the device tries again by itself. If it lasts, look for a machine that keeps connections open.</source>
        <translation>Warten Sie: Das Gerät versucht es von selbst wieder. Bleibt es dabei, suchen Sie einen Rechner, der Verbindungen offen hält.</translation>
    </message>
    <message>
        <source>The device sent a message without its length.</source>
        <translation>Das Gerät hat eine Nachricht ohne Längenangabe gesendet.</translation>
    </message>
    <message>
        <source>The backup was sent as a web form, which adds lines of its own to the image.</source>
        <translation>Die Sicherung wurde als Webformular gesendet, das dem Abbild eigene Zeilen hinzufügt.</translation>
    </message>
    <message>
        <source>The device found no eMMC.</source>
        <translation>Das Gerät hat keine eMMC gefunden.</translation>
    </message>
    <message>
        <source>The device has several storage devices, and it is not clear which one is meant.</source>
        <translation>Das Gerät hat mehrere Datenträger, und es ist nicht klar, welcher gemeint ist.</translation>
    </message>
    <message>
        <source>The file is damaged or incomplete.</source>
        <translation>Die Datei ist beschädigt oder unvollständig.</translation>
    </message>
    <message>
        <source>The file is not an image that the station can import.</source>
        <translation>Die Datei ist kein Abbild, das die Station importieren kann.</translation>
    </message>
    <message>
        <source>The backup ended before the end of the device. It was not kept.</source>
        <translation>Die Sicherung endete vor dem Ende des Geräts. Sie wurde nicht behalten.</translation>
    </message>
    <message>
        <source>The backup differs from what the device sent. It was not kept.</source>
        <translation>Die Sicherung weicht von dem ab, was das Gerät gesendet hat. Sie wurde nicht behalten.</translation>
    </message>
    <message>
        <source>A file of that name exists already.</source>
        <translation>Eine Datei dieses Namens gibt es schon.</translation>
    </message>
    <message>
        <source>No data was transferred for too long.</source>
        <translation>Zu lange wurden keine Daten übertragen.</translation>
    </message>
    <message>
        <source>Wait: the job usually goes on. If it does not, make sure that the client runs only once on the device.</source>
        <translation>Warten Sie: Meist geht der Auftrag weiter. Wenn nicht, sorgen Sie dafür, dass der Client auf dem Gerät nur einmal läuft.</translation>
    </message>
    <message>
        <source>Too many folders do not answer.</source>
        <translation>Zu viele Ordner antworten nicht.</translation>
    </message>
    <message>
        <source>Check the disks and shares, then try again.</source>
        <translation>Prüfen Sie die Laufwerke und Freigaben und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The disk or share of the image file does not answer.</source>
        <translation>Das Laufwerk oder die Freigabe der Image-Datei antwortet nicht.</translation>
    </message>
    <message>
        <source>Check the disk, or the network to the share, then choose the file again.</source>
        <translation>Prüfen Sie das Laufwerk oder das Netzwerk zur Freigabe und wählen Sie die Datei dann erneut.</translation>
    </message>
    <message>
        <source>The device returned other data when it was read again.</source>
        <translation>Das Gerät hat beim zweiten Lesen andere Daten geliefert.</translation>
    </message>
    <message>
        <source>Back up again. Do not trust this eMMC if it happens again.</source>
        <translation>Sichern Sie noch einmal. Vertrauen Sie dieser eMMC nicht, wenn es wieder vorkommt.</translation>
    </message>
    <message>
        <source>Another address claims the device by now.</source>
        <translation>Inzwischen gibt sich eine andere Adresse für das Gerät aus.</translation>
    </message>
    <message>
        <source>Look at the row again, and decide for the address that it names.</source>
        <translation>Sehen Sie sich die Zeile noch einmal an, und entscheiden Sie über die Adresse, die sie nennt.</translation>
    </message>
</context>
<context>
    <name>ui::FileDialogs</name>
    <message>
        <source>Raw image, sparse (*.img)</source>
        <translation>Rohes Abbild mit Lücken (*.img)</translation>
    </message>
    <message>
        <source>Choose the golden image</source>
        <translation>Abbild wählen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save the backup as</source>
        <translation>Sicherung speichern unter</translation>
    </message>
    <message>
        <source>Compressed image (*.img.zst)</source>
        <translation>Gepacktes Abbild (*.img.zst)</translation>
    </message>
    <message numerus="yes">
        <source>Folder for the backups of %n device(s)</source>
        <translation>
            <numerusform>Ordner für die Sicherung von %n Gerät</numerusform>
            <numerusform>Ordner für die Sicherungen von %n Geräten</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the document as</source>
        <translation>Dokument speichern als</translation>
    </message>
    <message>
        <source>Folder with the netboot kit</source>
        <translation>Ordner mit dem Netboot-Kit</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Abbilder</translation>
    </message>
</context>
<context>
    <name>ui::FitWatch</name>
    <message>
        <source>fits every device that is known</source>
        <translation>passt auf jedes bekannte Gerät</translation>
    </message>
    <message numerus="yes">
        <source>does not fit %n device(s): %1</source>
        <translation>
            <numerusform>passt nicht auf %n Gerät: %1</numerusform>
            <numerusform>passt nicht auf %n Geräte: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>not known whether it fits: no device has reported its size</source>
        <translation>ob es passt, ist nicht bekannt: Kein Gerät hat seine Größe gemeldet</translation>
    </message>
    <message numerus="yes">
        <source>fits the devices that reported their size; %n device(s) did not</source>
        <translation>
            <numerusform>passt auf die Geräte, die ihre Größe gemeldet haben; %n Gerät hat es nicht</numerusform>
            <numerusform>passt auf die Geräte, die ihre Größe gemeldet haben; %n Geräte haben es nicht</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ui::ImageCard</name>
    <message>
        <source>Golden image</source>
        <translation>Abbild für die Geräte</translation>
    </message>
    <message>
        <source>No golden image</source>
        <translation>Kein Abbild</translation>
    </message>
    <message>
        <source>Drop a golden image here, or click Choose image…</source>
        <translation>Ziehen Sie ein Abbild hierher, oder klicken Sie auf „Abbild wählen …“</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>Belegt</translation>
    </message>
    <message>
        <source>Packed</source>
        <translation>Gepackt</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>Identität</translation>
    </message>
    <message>
        <source>Copy the whole identity</source>
        <translation>Ganze Identität kopieren</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Import progress</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Cancel import</source>
        <translation>Import abbrechen</translation>
    </message>
    <message>
        <source>Ready to be deployed</source>
        <translation>Bereit zum Übertragen</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>being computed…</source>
        <translation>wird berechnet …</translation>
    </message>
    <message>
        <source>Importing, %1</source>
        <translation>Wird importiert, %1</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>Partitionen</translation>
    </message>
    <message>
        <source>no checksum file beside it</source>
        <translation>keine Prüfsummendatei daneben</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Being imported</source>
        <translation>Wird importiert</translation>
    </message>
    <message>
        <source>%1 becomes the golden image when it is ready. Importing, %2</source>
        <translation>%1 wird zum Abbild für die Geräte, sobald es bereit ist. Import: %2</translation>
    </message>
    <message numerus="yes">
        <source>Ready, with %n warning(s)</source>
        <translation>
            <numerusform>Bereit, mit %n Warnung</numerusform>
            <numerusform>Bereit, mit %n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>Nicht importiert</translation>
    </message>
    <message>
        <source>no device is known yet</source>
        <translation>noch ist kein Gerät bekannt</translation>
    </message>
</context>
<context>
    <name>ui::ImageDesk</name>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove %1 from the library?</source>
        <translation>%1 aus der Sammlung entfernen?</translation>
    </message>
    <message>
        <source>The file that it was made from is not touched.</source>
        <translation>Die Datei, aus der es entstand, bleibt unberührt.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>ui::ImageModel</name>
    <message>
        <source>Importing, %1</source>
        <translation>Wird importiert, %1</translation>
    </message>
    <message>
        <source>%1, %2 used</source>
        <translation>%1, %2 belegt</translation>
    </message>
    <message>
        <source>%1, golden image</source>
        <translation>%1, Abbild für die Geräte</translation>
    </message>
    <message>
        <source>This is the golden image.</source>
        <translation>Dies ist das Abbild für die Geräte.</translation>
    </message>
    <message>
        <source>%1, with warnings</source>
        <translation>%1, mit Warnungen</translation>
    </message>
    <message>
        <source>%1, then golden</source>
        <translation>%1, danach für die Geräte</translation>
    </message>
</context>
<context>
    <name>ui::ImagePanel</name>
    <message>
        <source>Choose image…</source>
        <translation>Abbild wählen …</translation>
    </message>
    <message>
        <source>Golden image</source>
        <translation>Abbild für die Geräte</translation>
    </message>
    <message>
        <source>Image library</source>
        <translation>Sammlung der Abbilder</translation>
    </message>
    <message>
        <source>Double-click an image to make it the golden image</source>
        <translation>Ein Doppelklick macht das Abbild zu dem für die Geräte</translation>
    </message>
    <message>
        <source>Make golden</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <source>Cancel import</source>
        <translation>Import abbrechen</translation>
    </message>
    <message>
        <source>Takes an image, raw or compressed, or a backup into the library and makes it the golden image</source>
        <translation>Nimmt ein Abbild, roh oder gepackt, oder eine Sicherung in die Sammlung auf und macht es zum Abbild für die Geräte</translation>
    </message>
</context>
<context>
    <name>ui::ImageText</name>
    <message>
        <source>unknown contents</source>
        <translation>unbekannter Inhalt</translation>
    </message>
    <message>
        <source>unknown contents (type %1)</source>
        <translation>unbekannter Inhalt (Typ %1)</translation>
    </message>
    <message>
        <source>%1 “%2”</source>
        <comment>file system, label</comment>
        <translation>%1 „%2“</translation>
    </message>
    <message>
        <source>%1 used</source>
        <translation>%1 belegt</translation>
    </message>
    <message>
        <source>no partition table</source>
        <translation>keine Partitionstabelle</translation>
    </message>
    <message numerus="yes">
        <source>%n partition(s)</source>
        <translation>
            <numerusform>%n Partition</numerusform>
            <numerusform>%n Partitionen</numerusform>
        </translation>
    </message>
    <message>
        <source>agrees with %1</source>
        <comment>names of checksum files</comment>
        <translation>stimmt überein mit %1</translation>
    </message>
    <message>
        <source>no partitions</source>
        <translation>keine Partitionen</translation>
    </message>
</context>
<context>
    <name>ui::ImageWarningText</name>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n Byte</numerusform>
            <numerusform>%n Bytes</numerusform>
        </translation>
    </message>
    <message>
        <source>Partition %1</source>
        <translation>Partition %1</translation>
    </message>
    <message>
        <source>The file system</source>
        <translation>Das Dateisystem</translation>
    </message>
    <message>
        <source>The image ends before its last partition does: the image is cut off.</source>
        <translation>Das Abbild endet vor seiner letzten Partition: Es ist abgeschnitten.</translation>
    </message>
    <message>
        <source>%1 ends %2 behind the end of the image: the image is cut off.</source>
        <comment>partition, size</comment>
        <translation>%1 endet %2 hinter dem Ende des Abbilds: Das Abbild ist abgeschnitten.</translation>
    </message>
    <message>
        <source>The limits of partition %1 contradict each other.</source>
        <translation>Die Grenzen von Partition %1 widersprechen sich.</translation>
    </message>
    <message>
        <source>Partition %1 is %2 long. No eMMC of these devices is that large.</source>
        <translation>Partition %1 ist %2 lang. So groß ist keine eMMC dieser Geräte.</translation>
    </message>
    <message>
        <source>unknown type</source>
        <translation>unbekannter Typ</translation>
    </message>
    <message>
        <source>The image is only a file system (%1), without a partition table. No Raspberry Pi starts from it.</source>
        <translation>Das Abbild ist nur ein Dateisystem (%1) ohne Partitionstabelle. Kein Raspberry Pi startet davon.</translation>
    </message>
    <message>
        <source>The image has no partition table. No Raspberry Pi starts from it.</source>
        <translation>Das Abbild hat keine Partitionstabelle. Kein Raspberry Pi startet davon.</translation>
    </message>
    <message>
        <source>The image has no boot partition (FAT). No Raspberry Pi starts from it.</source>
        <translation>Das Abbild hat keine Boot-Partition (FAT). Kein Raspberry Pi startet davon.</translation>
    </message>
    <message>
        <source>The partition tables of the image contradict each other.</source>
        <translation>Die Partitionstabellen des Abbilds widersprechen sich.</translation>
    </message>
    <message>
        <source>The partition table is made for sectors of 4096 bytes. The eMMC has sectors of 512 bytes.</source>
        <translation>Die Partitionstabelle ist für Sektoren von 4096 Bytes gemacht. Die eMMC hat Sektoren von 512 Bytes.</translation>
    </message>
    <message>
        <source>Partition %1 overlaps another partition.</source>
        <translation>Partition %1 überlappt eine andere Partition.</translation>
    </message>
    <message>
        <source>The list of logical partitions leads back to itself. Partitions may be missing.</source>
        <translation>Die Liste der logischen Partitionen führt zu sich selbst zurück. Es können Partitionen fehlen.</translation>
    </message>
    <message>
        <source>The size of the image is not a multiple of 512 bytes. The last sector has %1.</source>
        <translation>Die Größe des Abbilds ist kein Vielfaches von 512 Bytes. Der letzte Sektor hat %1.</translation>
    </message>
    <message>
        <source>The .bmap file leaves out %1 of data. The station took this data, too.</source>
        <translation>Die .bmap-Datei lässt %1 Daten aus. Die Station hat auch diese Daten übernommen.</translation>
    </message>
    <message>
        <source>%1 contains a machine ID. All devices get the same ID.</source>
        <comment>partition</comment>
        <translation>%1 enthält eine Machine-ID. Alle Geräte bekommen dieselbe ID.</translation>
    </message>
    <message>
        <source>%1 contains SSH host keys. All devices get the same keys.</source>
        <comment>partition</comment>
        <translation>%1 enthält SSH-Host-Schlüssel. Alle Geräte bekommen dieselben Schlüssel.</translation>
    </message>
    <message>
        <source>%1 contains the state of cloud-init, which does not set up the devices again.</source>
        <comment>partition</comment>
        <translation>%1 enthält den Zustand von cloud-init, das die Geräte deshalb nicht noch einmal einrichtet.</translation>
    </message>
    <message>
        <source>%1 lies beside it and was not checked</source>
        <translation>%1 liegt daneben und wurde nicht geprüft</translation>
    </message>
    <message>
        <source>%1 lie beside it and were not checked</source>
        <comment>names of files</comment>
        <translation>%1 liegen daneben und wurden nicht geprüft</translation>
    </message>
    <message>
        <source>The file goes on for %1 behind the end of the compressed image. The station left this part out.</source>
        <translation>Die Datei geht hinter dem Ende des komprimierten Abbilds noch %1 weiter. Die Station hat diesen Teil weggelassen.</translation>
    </message>
</context>
<context>
    <name>ui::JobModel</name>
    <message>
        <source>Ordered</source>
        <translation>Erteilt</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Image or file</source>
        <translation>Abbild oder Datei</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Limited by</source>
        <translation>Begrenzt durch</translation>
    </message>
</context>
<context>
    <name>ui::JobText</name>
    <message>
        <source>Deploy offered – waiting for the device to fetch it</source>
        <translation>Übertragung angeboten – das Gerät holt sie sich gleich</translation>
    </message>
    <message>
        <source>Backup offered – waiting for the device to send it</source>
        <translation>Sicherung angeboten – das Gerät sendet sie gleich</translation>
    </message>
    <message>
        <source>Sending the image</source>
        <translation>Abbild wird gesendet</translation>
    </message>
    <message>
        <source>Receiving the backup</source>
        <translation>Sicherung wird empfangen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>Failed at writing: the cause</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Deploy cancelled</source>
        <translation>Übertragung abgebrochen</translation>
    </message>
    <message>
        <source>Backup cancelled</source>
        <translation>Sicherung abgebrochen</translation>
    </message>
    <message>
        <source>Deploy queued</source>
        <translation>Übertragung vorgemerkt</translation>
    </message>
    <message>
        <source>Backup queued</source>
        <translation>Sicherung vorgemerkt</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>Vorgemerkt</translation>
    </message>
    <message>
        <source>Offered to the device</source>
        <translation>Dem Gerät angeboten</translation>
    </message>
    <message>
        <source>Transferring</source>
        <translation>Wird übertragen</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Succeeded</source>
        <translation>Gelungen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Checking image and device</source>
        <translation>Abbild und Gerät werden geprüft</translation>
    </message>
    <message>
        <source>Zeroing</source>
        <translation>Nullen werden geschrieben</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Flushing</source>
        <translation>Puffer wird geleert</translation>
    </message>
    <message>
        <source>Reading the device</source>
        <translation>Das Gerät wird gelesen</translation>
    </message>
    <message>
        <source>Checking and saving the backup</source>
        <translation>Sicherung wird geprüft und gespeichert</translation>
    </message>
    <message>
        <source>No result yet</source>
        <translation>Noch kein Ergebnis</translation>
    </message>
    <message>
        <source>Done – verified</source>
        <translation>Fertig – geprüft</translation>
    </message>
    <message>
        <source>Sent, not verified</source>
        <translation>Gesendet, nicht geprüft</translation>
    </message>
    <message>
        <source>Backup saved – verified</source>
        <translation>Sicherung gespeichert – geprüft</translation>
    </message>
    <message>
        <source>Backup saved – length confirmed</source>
        <translation>Sicherung gespeichert – Länge bestätigt</translation>
    </message>
    <message>
        <source>Backup saved, length not confirmed</source>
        <translation>Sicherung gespeichert, Länge nicht bestätigt</translation>
    </message>
    <message>
        <source>The job has not ended with a success.</source>
        <translation>Der Auftrag hat nicht mit Erfolg geendet.</translation>
    </message>
    <message>
        <source>The device read everything back and compared it with the image.</source>
        <translation>Das Gerät hat alles zurückgelesen und mit dem Abbild verglichen.</translation>
    </message>
    <message>
        <source>Every block was checked against the hash that the device computed.</source>
        <translation>Jeder Block wurde mit der Prüfsumme verglichen, die das Gerät berechnet hat.</translation>
    </message>
    <message>
        <source>The backup is as long as the device&apos;s storage; its contents were not compared.</source>
        <translation>Die Sicherung ist so lang wie der Speicher des Geräts; ihr Inhalt wurde nicht verglichen.</translation>
    </message>
    <message>
        <source>The backup ended cleanly, but the device never said how large its storage is.</source>
        <translation>Die Sicherung endete ordentlich, aber das Gerät hat nie gemeldet, wie groß sein Speicher ist.</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Power off</source>
        <translation>Ausschalten</translation>
    </message>
    <message>
        <source>Identify</source>
        <translation>Blinken</translation>
    </message>
    <message>
        <source>full (verifies, resumes, reports)</source>
        <translation>voll (prüft, setzt fort, berichtet)</translation>
    </message>
    <message>
        <source>plain (curl; no verification)</source>
        <translation>einfach (curl; ohne Prüfung)</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <comment>order – where the device is</comment>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Deploy offered</source>
        <translation>Übertragung angeboten</translation>
    </message>
    <message>
        <source>Backup offered</source>
        <translation>Sicherung angeboten</translation>
    </message>
    <message>
        <source>Offline for %1</source>
        <translation>Seit %1 offline</translation>
    </message>
    <message>
        <source>Another board (%1) uses this MAC address</source>
        <translation>Eine andere Platine (%1) benutzt diese MAC-Adresse</translation>
    </message>
    <message>
        <source>Address conflict: %1 uses this MAC address, too</source>
        <translation>Adresskonflikt: %1 benutzt diese MAC-Adresse auch</translation>
    </message>
    <message>
        <source>Same serial number as %1</source>
        <translation>Gleiche Seriennummer wie %1</translation>
    </message>
    <message>
        <source>New address %1: check the device, then re-arm it</source>
        <translation>Neue Adresse %1: Gerät prüfen, dann wieder freigeben</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Offline for %1: will be written when it comes back</source>
        <translation>Seit %1 offline: wird beschrieben, sobald es zurück ist</translation>
    </message>
    <message>
        <source>Offline for %1: will be backed up when it comes back</source>
        <translation>Seit %1 offline: wird gesichert, sobald es zurück ist</translation>
    </message>
    <message>
        <source>Interrupted: %1. Resumes when the device reconnects</source>
        <translation>Unterbrochen: %1. Läuft weiter, sobald sich das Gerät wieder verbindet</translation>
    </message>
    <message>
        <source>%1: no sign of the device for %2. Resumes when it reconnects</source>
        <translation>%1: seit %2 kein Zeichen vom Gerät. Läuft weiter, sobald es sich wieder verbindet</translation>
    </message>
    <message>
        <source>Cancelled, does not start until deployed</source>
        <translation>Abgebrochen, startet erst nach neuer Übertragung</translation>
    </message>
    <message>
        <source>%1st</source>
        <comment>21st</comment>
        <translation>%1.</translation>
    </message>
    <message>
        <source>%1nd</source>
        <comment>22nd</comment>
        <translation>%1.</translation>
    </message>
    <message>
        <source>%1rd</source>
        <comment>23rd</comment>
        <translation>%1.</translation>
    </message>
    <message>
        <source>%1th</source>
        <comment>11th</comment>
        <translation>%1.</translation>
    </message>
    <message>
        <source>Queued: %1</source>
        <comment>2nd</comment>
        <translation>In der Warteschlange: %1</translation>
    </message>
    <message>
        <source>Queued: %1 of %2</source>
        <comment>2nd of 5</comment>
        <translation>In der Warteschlange: %1 von %2</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <comment>result – doubt</comment>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Erasing the old partition table</source>
        <translation>Löschen der alten Partitionstabelle</translation>
    </message>
    <message>
        <source>Rewriting bad chunks</source>
        <translation>Fehlerhafte Blöcke neu schreiben</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>The disk has taken no data for %1</source>
        <translation>Der Datenträger nimmt seit %1 keine Daten an</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <comment>the folder for a backup</comment>
        <translation>%1 wird geöffnet</translation>
    </message>
    <message>
        <source>%1 has not answered for %2</source>
        <comment>folder, duration</comment>
        <translation>%1 antwortet seit %2 nicht</translation>
    </message>
    <message>
        <source>The device received the whole image, but its plain client cannot read it back.</source>
        <translation>Das Gerät hat das ganze Abbild erhalten, aber sein einfacher Client kann es nicht zurücklesen.</translation>
    </message>
    <message>
        <source>Boot the device and check it, or deploy with the full client.</source>
        <translation>Starten Sie das Gerät und prüfen Sie es, oder übertragen Sie mit dem vollen Client.</translation>
    </message>
    <message>
        <source>Compare the file&apos;s size with the device&apos;s storage.</source>
        <translation>Vergleichen Sie die Größe der Datei mit dem Speicher des Geräts.</translation>
    </message>
    <message>
        <source>Switch the device on, or cancel the job.</source>
        <translation>Schalten Sie das Gerät ein, oder brechen Sie den Auftrag ab.</translation>
    </message>
    <message>
        <source>Check the disk, or the network to the folder.</source>
        <translation>Prüfen Sie den Datenträger oder das Netzwerk zum Ordner.</translation>
    </message>
    <message>
        <source>Deploy again.</source>
        <translation>Übertragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>Check which board is connected, then start the job again for it.</source>
        <translation>Prüfen Sie, welche Platine angeschlossen ist, und starten Sie den Auftrag für sie neu.</translation>
    </message>
    <message>
        <source>Check that this is the same device, then re-arm it.</source>
        <translation>Prüfen Sie, ob es dasselbe Gerät ist, und geben Sie es dann wieder frei.</translation>
    </message>
    <message>
        <source>Make sure that no two machines have the same MAC address.</source>
        <translation>Sorgen Sie dafür, dass keine zwei Rechner dieselbe MAC-Adresse haben.</translation>
    </message>
    <message>
        <source>Check whether one board shows up twice, or remove the old device from the list.</source>
        <translation>Prüfen Sie, ob eine Platine doppelt erscheint, oder nehmen Sie das alte Gerät von der Liste.</translation>
    </message>
    <message>
        <source>The disk of the image library has not answered for %1</source>
        <translation>Das Laufwerk der Image-Bibliothek antwortet seit %1 nicht</translation>
    </message>
    <message>
        <source>Check the disk or share that holds the station&apos;s data.</source>
        <translation>Prüfen Sie das Laufwerk oder die Freigabe mit den Daten der Station.</translation>
    </message>
</context>
<context>
    <name>ui::MainWindow</name>
    <message>
        <source>Provisioning Station</source>
        <translation>Provisioning Station</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Listening on %1</source>
        <translation>Erreichbar unter %1</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) are still running. Quit anyway?</source>
        <translation>
            <numerusform>%n Auftrag läuft noch. Trotzdem beenden?</numerusform>
            <numerusform>%n Aufträge laufen noch. Trotzdem beenden?</numerusform>
        </translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message numerus="yes">
        <source>%1 was refused for %n device(s).</source>
        <translation>
            <numerusform>%1 wurde für %n Gerät abgelehnt.</numerusform>
            <numerusform>%1 wurde für %n Geräte abgelehnt.</numerusform>
        </translation>
    </message>
    <message>
        <source>The others are in the message pane.</source>
        <translation>Die übrigen stehen bei den Meldungen.</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Erste Schritte</translation>
    </message>
    <message>
        <source>From a bare device to a finished one</source>
        <translation>Vom leeren zum fertigen Gerät</translation>
    </message>
    <message>
        <source>1.  Drop a golden image on the window, or choose one.
2.  Connect a device to the bench network and switch it on. It boots from the network and appears in the table.
3.  Select it and click Deploy. Its row shows how far it is and, in the end, that it was verified.
4.  Backup saves a device&apos;s storage as an image, which can be deployed again.</source>
        <translation>1.  Ziehen Sie ein Abbild auf das Fenster, oder wählen Sie eines.
2.  Schließen Sie ein Gerät an das Werkbanknetz an und schalten Sie es ein. Es startet über das Netz und erscheint in der Tabelle.
3.  Wählen Sie es aus und klicken Sie auf „Übertragen“. Seine Zeile zeigt, wie weit es ist, und am Ende, dass es geprüft wurde.
4.  „Sichern“ speichert die eMMC eines Geräts als Abbild, das wieder übertragen werden kann.</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Provisioning Station %1</source>
        <translation>Provisioning Station %1</translation>
    </message>
    <message>
        <source>Deploys and backs up network-booted Raspberry Pi CM4 devices.
Free software under the GNU General Public License, version 3 or later.
Qt %1</source>
        <translation>Bespielt und sichert Raspberry-Pi-CM4-Geräte, die über das Netz starten.
Freie Software unter der GNU General Public License, Version 3 oder neuer.
Qt %1</translation>
    </message>
    <message>
        <source>Drop one image at a time. Its .bmap and its checksum file may come with it, named after it and out of the same folder.</source>
        <translation>Ziehen Sie ein Abbild auf einmal auf das Fenster. Seine .bmap- und seine Prüfsummendatei dürfen dabei sein, nach ihm benannt und aus demselben Ordner.</translation>
    </message>
    <message>
        <source>The transfers stop. They resume when the station is started again.</source>
        <translation>Die Übertragungen halten an. Sie laufen weiter, sobald die Station wieder gestartet ist.</translation>
    </message>
    <message>
        <source>%1 was not imported. %2</source>
        <comment>file name, cause</comment>
        <translation>%1 wurde nicht importiert. %2</translation>
    </message>
    <message>
        <source>Nothing was imported: these files are not exactly one image.</source>
        <translation>Nichts wurde importiert: Diese Dateien sind nicht genau ein Abbild.</translation>
    </message>
</context>
<context>
    <name>ui::MessageModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Worum es geht</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
</context>
<context>
    <name>ui::MessagePane</name>
    <message>
        <source>Problems only</source>
        <translation>Nur Probleme</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>ui::MessageText</name>
    <message>
        <source>%1: %2</source>
        <comment>what: cause</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Backup to %1 ordered.</source>
        <translation>Sicherung nach %1 beauftragt.</translation>
    </message>
    <message>
        <source>Deploy of %1 ordered.</source>
        <translation>Übertragung von %1 beauftragt.</translation>
    </message>
    <message>
        <source>The device began to send its backup.</source>
        <translation>Das Gerät hat begonnen, seine Sicherung zu senden.</translation>
    </message>
    <message>
        <source>The device began to fetch %1.</source>
        <translation>Das Gerät hat begonnen, %1 zu holen.</translation>
    </message>
    <message>
        <source>Backup saved as %1.</source>
        <translation>Sicherung gespeichert als %1.</translation>
    </message>
    <message>
        <source>%1 is on the device.</source>
        <translation>%1 ist auf dem Gerät.</translation>
    </message>
    <message>
        <source>Backup: %1</source>
        <translation>Sicherung: %1</translation>
    </message>
    <message>
        <source>Deploy: %1</source>
        <translation>Übertragung: %1</translation>
    </message>
    <message>
        <source>Backup interrupted</source>
        <translation>Sicherung unterbrochen</translation>
    </message>
    <message>
        <source>Deploy interrupted</source>
        <translation>Übertragung unterbrochen</translation>
    </message>
    <message>
        <source>Backup cancelled; nothing was kept.</source>
        <translation>Sicherung abgebrochen; nichts wurde behalten.</translation>
    </message>
    <message>
        <source>Deploy cancelled.</source>
        <translation>Übertragung abgebrochen.</translation>
    </message>
    <message>
        <source>Make sure that no two machines have the same MAC address.</source>
        <translation>Sorgen Sie dafür, dass keine zwei Rechner dieselbe MAC-Adresse haben.</translation>
    </message>
    <message>
        <source>The device appeared.</source>
        <translation>Das Gerät ist erschienen.</translation>
    </message>
    <message>
        <source>The device was restarted.</source>
        <translation>Das Gerät wurde neu gestartet.</translation>
    </message>
    <message>
        <source>“%1” was sent to the device.</source>
        <translation>„%1“ wurde an das Gerät gesendet.</translation>
    </message>
    <message>
        <source>Check that the device is on and connected, then order it again.</source>
        <translation>Prüfen Sie, ob das Gerät an und angeschlossen ist, und erteilen Sie den Auftrag dann noch einmal.</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>Station</translation>
    </message>
    <message>
        <source>Importing %1.</source>
        <translation>%1 wird importiert.</translation>
    </message>
    <message>
        <source>%1 is ready to be deployed.</source>
        <translation>%1 ist bereit zum Übertragen.</translation>
    </message>
    <message>
        <source>%1 could not be imported</source>
        <translation>%1 konnte nicht importiert werden</translation>
    </message>
    <message>
        <source>%1 refused</source>
        <comment>Deploy refused</comment>
        <translation>%1 abgelehnt</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Success</source>
        <translation>Erfolg</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>The device is to start from its own storage from now on. To boot it from the network again, re-arm it or order a job for it.</source>
        <translation>Das Gerät soll von nun an von seinem eigenen Speicher starten. Um es wieder über das Netzwerk zu starten, geben Sie es wieder frei oder erteilen ihm einen Auftrag.</translation>
    </message>
    <message>
        <source>The device may boot from the network again.</source>
        <translation>Das Gerät darf wieder über das Netzwerk starten.</translation>
    </message>
    <message>
        <source>Another board (%1) now uses this MAC address.</source>
        <translation>Eine andere Platine (%1) benutzt jetzt diese MAC-Adresse.</translation>
    </message>
    <message>
        <source>Check which board is connected, then start the job again for it.</source>
        <translation>Prüfen Sie, welche Platine angeschlossen ist, und starten Sie den Auftrag für sie neu.</translation>
    </message>
    <message>
        <source>The device at %1 has the same serial number.</source>
        <translation>Das Gerät %1 hat dieselbe Seriennummer.</translation>
    </message>
    <message>
        <source>Check whether one board shows up twice, or remove the old device from the list.</source>
        <translation>Prüfen Sie, ob eine Platine doppelt erscheint, oder entfernen Sie das alte Gerät aus der Liste.</translation>
    </message>
    <message>
        <source>The device now has the address %1.</source>
        <translation>Das Gerät hat jetzt die Adresse %1.</translation>
    </message>
    <message>
        <source>Check that this is the same device. Automatic mode waits until you re-arm the device.</source>
        <translation>Prüfen Sie, ob es dasselbe Gerät ist. Die Automatik wartet, bis Sie das Gerät wieder freigeben.</translation>
    </message>
    <message>
        <source>Automatic mode waits for you at this device.</source>
        <translation>Die Automatik wartet bei diesem Gerät auf Sie.</translation>
    </message>
    <message>
        <source>Check the device, then re-arm it.</source>
        <translation>Prüfen Sie das Gerät und geben Sie es dann wieder frei.</translation>
    </message>
    <message>
        <source>%1 cannot be used</source>
        <translation>%1 kann nicht benutzt werden</translation>
    </message>
    <message>
        <source>The device does not start until it is deployed again.</source>
        <translation>Das Gerät startet erst, wenn das Abbild neu übertragen ist.</translation>
    </message>
    <message>
        <source>Another machine, at %1, uses the MAC address of this device. It gets no answer.</source>
        <translation>Ein anderer Rechner, mit der Adresse %1, benutzt die MAC-Adresse dieses Geräts. Er bekommt keine Antwort.</translation>
    </message>
    <message>
        <source>“%1” was dropped: the device did not poll in time.</source>
        <translation>„%1“ wurde verworfen: Das Gerät hat nicht rechtzeitig nachgefragt.</translation>
    </message>
    <message numerus="yes">
        <source>%1 was imported, with %n warning(s):</source>
        <translation>
            <numerusform>%1 wurde importiert, mit %n Warnung:</numerusform>
            <numerusform>%1 wurde importiert, mit %n Warnungen:</numerusform>
        </translation>
    </message>
    <message>
        <source>Check the image before you deploy it.</source>
        <translation>Prüfen Sie das Abbild, bevor Sie es übertragen.</translation>
    </message>
    <message>
        <source>It resumes when the device reconnects.</source>
        <translation>Der Auftrag geht weiter, sobald sich das Gerät wieder verbindet.</translation>
    </message>
    <message>
        <source>Automatic mode waits for %1, and deploys no other image.</source>
        <translation>Die Automatik wartet auf %1 und schreibt kein anderes Abbild.</translation>
    </message>
    <message>
        <source>If it cannot be imported, choose another golden image.</source>
        <translation>Lässt es sich nicht importieren, so wählen Sie ein anderes Abbild für die Geräte.</translation>
    </message>
</context>
<context>
    <name>ui::NetbootDialog</name>
    <message>
        <source>Another DHCP server gives the addresses (proxy-DHCP)</source>
        <translation>Ein anderer DHCP-Server vergibt die Adressen (Proxy-DHCP)</translation>
    </message>
    <message>
        <source>Network boot</source>
        <translation>Netzwerkstart</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen …</translation>
    </message>
    <message>
        <source>&amp;Interface to the devices</source>
        <translation>Anschluss zu den &amp;Geräten</translation>
    </message>
    <message>
        <source>&amp;Address of this station there</source>
        <translation>&amp;Adresse dieser Station dort</translation>
    </message>
    <message>
        <source>Addresses for &amp;devices</source>
        <translation>Adr&amp;essen für Geräte</translation>
    </message>
    <message>
        <source>Inter&amp;net for devices by</source>
        <translation>&amp;Internet für Geräte über</translation>
    </message>
    <message>
        <source>Folder of boot &amp;files</source>
        <translation>&amp;Ordner der Startdateien</translation>
    </message>
    <message>
        <source>State of network boot</source>
        <translation>Zustand des Netzwerkstarts</translation>
    </message>
    <message>
        <source>Log of DHCP and TFTP</source>
        <translation>Protokoll von DHCP und TFTP</translation>
    </message>
    <message>
        <source>What DHCP and TFTP do appears here.</source>
        <translation>Was DHCP und TFTP tun, erscheint hier.</translation>
    </message>
    <message>
        <source>no interface: the bench stays on its own</source>
        <translation>kein Anschluss: Die Werkbank bleibt für sich</translation>
    </message>
    <message>
        <source>%1 (leads to the office or the internet)</source>
        <translation>%1 (führt ins Firmennetz oder ins Internet)</translation>
    </message>
    <message>
        <source>This computer has no network interface for the devices.</source>
        <translation>Dieser Rechner hat keinen Netzwerkanschluss für die Geräte.</translation>
    </message>
    <message>
        <source>The address has the form 10.20.50.1/24.</source>
        <translation>Die Adresse hat die Form 10.20.50.1/24.</translation>
    </message>
    <message>
        <source>The addresses for devices have the form 10.20.50.100 - 10.20.50.200.</source>
        <translation>Die Adressen für Geräte haben die Form 10.20.50.100 - 10.20.50.200.</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Choose an interface</source>
        <translation>Anschluss wählen</translation>
    </message>
    <message>
        <source>Choose the interface to the devices.</source>
        <translation>Wählen Sie den Anschluss, der zu den Geräten führt.</translation>
    </message>
</context>
<context>
    <name>ui::NetbootText</name>
    <message>
        <source>Serves boot files on %1 (%2)</source>
        <translation>Liefert Startdateien auf %1 (%2)</translation>
    </message>
    <message>
        <source>%1, beside another DHCP server</source>
        <translation>%1, neben einem anderen DHCP-Server</translation>
    </message>
    <message>
        <source>%1, internet by %2</source>
        <comment>serves…, interface</comment>
        <translation>%1, Internet über %2</translation>
    </message>
    <message>
        <source>Network boot is off</source>
        <translation>Netzwerkstart ist aus</translation>
    </message>
    <message>
        <source>Network boot starts on %1…</source>
        <translation>Netzwerkstart beginnt auf %1 …</translation>
    </message>
    <message>
        <source>Network boot ends…</source>
        <translation>Netzwerkstart endet …</translation>
    </message>
    <message>
        <source>Network boot: %1</source>
        <translation>Netzwerkstart: %1</translation>
    </message>
    <message>
        <source>%1
Detail: %2</source>
        <comment>what to do, technical</comment>
        <translation>%1
Detail: %2</translation>
    </message>
    <message>
        <source>Network boot waits: %1</source>
        <translation>Netzwerkstart wartet: %1</translation>
    </message>
</context>
<context>
    <name>ui::Order</name>
    <message>
        <source>No job is running on the selected devices.</source>
        <translation>Auf den ausgewählten Geräten läuft kein Auftrag.</translation>
    </message>
    <message>
        <source>Automatic mode may act on the selected devices already.</source>
        <translation>Die Automatik darf an den ausgewählten Geräten schon arbeiten.</translation>
    </message>
    <message>
        <source>The selected devices have jobs. Wait until they have ended, or cancel them.</source>
        <translation>Die ausgewählten Geräte haben Aufträge. Warten Sie, bis sie beendet sind, oder brechen Sie sie ab.</translation>
    </message>
    <message>
        <source>The golden image is still being imported.</source>
        <translation>Das Abbild wird noch importiert.</translation>
    </message>
    <message>
        <source>The golden image could not be imported. Choose another one.</source>
        <translation>Das Abbild konnte nicht importiert werden. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Select one or more devices first.</source>
        <translation>Wählen Sie zuerst ein oder mehrere Geräte aus.</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Power off</source>
        <translation>Ausschalten</translation>
    </message>
    <message>
        <source>Identify</source>
        <translation>Blinken</translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation>Von der Liste nehmen</translation>
    </message>
    <message>
        <source>The selected devices are offline.</source>
        <translation>Die ausgewählten Geräte sind offline.</translation>
    </message>
    <message>
        <source>Re-arm</source>
        <translation>Wieder freigeben</translation>
    </message>
    <message>
        <source>The device has been offline since %1.</source>
        <translation>Das Gerät ist seit %1 offline.</translation>
    </message>
    <message>
        <source>No other machine claims to be the selected device.</source>
        <translation>Kein anderer Rechner gibt sich für das ausgewählte Gerät aus.</translation>
    </message>
    <message>
        <source>Decide for one device at a time.</source>
        <translation>Entscheiden Sie für jedes Gerät einzeln.</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
</context>
<context>
    <name>ui::OrderDesk</name>
    <message>
        <source>Deploy</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>There is no golden image yet.</source>
        <translation>Es gibt noch kein Abbild.</translation>
    </message>
    <message>
        <source>Choose the image that is to be written to the devices. You can also drop it on the window.</source>
        <translation>Wählen Sie das Abbild, das auf die Geräte geschrieben werden soll. Sie können es auch auf das Fenster ziehen.</translation>
    </message>
    <message>
        <source>Choose image…</source>
        <translation>Abbild wählen …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>Cancel %n running job(s)?</source>
        <translation>
            <numerusform>%n laufenden Auftrag abbrechen?</numerusform>
            <numerusform>%n laufende Aufträge abbrechen?</numerusform>
        </translation>
    </message>
    <message>
        <source>A device whose deploy is cancelled does not start until it is deployed again. A backup that is cancelled is not kept.</source>
        <translation>Ein Gerät, dessen Übertragung abgebrochen wird, startet erst nach einer neuen. Eine abgebrochene Sicherung wird nicht behalten.</translation>
    </message>
    <message>
        <source>Power off</source>
        <translation>Ausschalten</translation>
    </message>
    <message numerus="yes">
        <source>Power off %n device(s)?</source>
        <translation>
            <numerusform>%n Gerät ausschalten?</numerusform>
            <numerusform>%n Geräte ausschalten?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cancel the job(s)</source>
        <translation>
            <numerusform>Auftrag abbrechen</numerusform>
            <numerusform>Aufträge abbrechen</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
</context>
<context>
    <name>ui::PreflightDialog</name>
    <message>
        <source>&amp;Work beside another DHCP server</source>
        <translation>&amp;Neben einem anderen DHCP-Server arbeiten</translation>
    </message>
    <message>
        <source>Check the bench</source>
        <translation>Werkbank prüfen</translation>
    </message>
    <message>
        <source>none: devices are started in another way</source>
        <translation>keiner: Geräte werden anders gestartet</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>&amp;Interface to the bench:</source>
        <translation>Anschluss zur &amp;Werkbank:</translation>
    </message>
    <message>
        <source>&amp;Address of this station there:</source>
        <translation>&amp;Adresse dieser Station dort:</translation>
    </message>
    <message>
        <source>Netboot &amp;kit:</source>
        <translation>Netboot-&amp;Kit:</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Check a&amp;gain</source>
        <translation>&amp;Erneut prüfen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Checking, and listening to the wire for some seconds…</source>
        <translation>Wird geprüft; die Leitung wird einige Sekunden abgehört …</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) must be put right.</source>
        <translation>
            <numerusform>%n Sache muss in Ordnung gebracht werden.</numerusform>
            <numerusform>%n Sachen müssen in Ordnung gebracht werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ready, with %n warning(s).</source>
        <translation>
            <numerusform>Bereit, mit %n Warnung.</numerusform>
            <numerusform>Bereit, mit %n Warnungen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Ready.</source>
        <translation>Bereit.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Network boot was not checked.</source>
        <translation>Der Netzwerkstart wurde nicht geprüft.</translation>
    </message>
    <message>
        <source>Network boot is off. Devices cannot boot until it is started.</source>
        <translation>Der Netzwerkstart ist aus. Geräte können nicht starten, bis er eingeschaltet wird.</translation>
    </message>
</context>
<context>
    <name>ui::PreflightText</name>
    <message>
        <source>another program</source>
        <translation>einem anderen Programm</translation>
    </message>
    <message>
        <source>%1 (process %2)</source>
        <comment>program, number</comment>
        <translation>%1 (Prozess %2)</translation>
    </message>
    <message>
        <source>There is no interface %1.</source>
        <translation>Es gibt keinen Anschluss %1.</translation>
    </message>
    <message>
        <source>%1 is no Ethernet interface.</source>
        <translation>%1 ist kein Ethernet-Anschluss.</translation>
    </message>
    <message>
        <source>This machine has: %1.</source>
        <translation>Dieser Rechner hat: %1.</translation>
    </message>
    <message>
        <source>Connected.</source>
        <translation>Verbunden.</translation>
    </message>
    <message>
        <source>Connected, at %1 Mbit/s.</source>
        <translation>Verbunden, mit %1 Mbit/s.</translation>
    </message>
    <message>
        <source>Connected at %1 Mbit/s only, so that all devices together are slow. Check cable and switch.</source>
        <translation>Nur mit %1 Mbit/s verbunden, sodass alle Geräte zusammen langsam sind. Prüfen Sie Kabel und Switch.</translation>
    </message>
    <message>
        <source>%1 is there.</source>
        <translation>%1 ist da.</translation>
    </message>
    <message>
        <source>%1 has no IPv4 address.</source>
        <translation>%1 hat keine IPv4-Adresse.</translation>
    </message>
    <message>
        <source>%1 is in the same network already, with %2. Choose another network for the bench.</source>
        <translation>%1 ist mit %2 schon im selben Netz. Wählen Sie für die Werkbank ein anderes Netz.</translation>
    </message>
    <message>
        <source>Nobody else answers on this wire.</source>
        <translation>Auf dieser Leitung antwortet sonst niemand.</translation>
    </message>
    <message>
        <source>Another DHCP server answers here: %1. Two of them give devices wrong addresses at random. Unplug or stop it, or work beside it.</source>
        <translation>Hier antwortet ein anderer DHCP-Server: %1. Zwei davon geben Geräten zufällig falsche Adressen. Trennen Sie ihn vom Netz, halten Sie ihn an, oder arbeiten Sie neben ihm.</translation>
    </message>
    <message>
        <source>Another server tells devices where to boot from: %1. A device takes whoever answers first.</source>
        <translation>Ein anderer Server sagt Geräten, von wo sie starten sollen: %1. Ein Gerät nimmt, wer zuerst antwortet.</translation>
    </message>
    <message>
        <source>The DHCP server to work beside is there: %1.</source>
        <translation>Der DHCP-Server, neben dem gearbeitet wird, ist da: %1.</translation>
    </message>
    <message>
        <source>No DHCP server answers. Working beside one needs one.</source>
        <translation>Kein DHCP-Server antwortet. Um neben einem zu arbeiten, braucht es einen.</translation>
    </message>
    <message>
        <source>No switch was heard to run it.</source>
        <translation>Es war kein Switch zu hören, der es betreibt.</translation>
    </message>
    <message>
        <source>The switch %2 runs %1. It holds a port back for about %3 s after a device was switched on, unless the port is set to “edge” or “PortFast”; meanwhile the device gives up looking for a server. Set the bench&apos;s ports so, or switch spanning tree off.</source>
        <translation>Der Switch %2 betreibt %1. Er hält einen Switch-Port etwa %3 s zurück, nachdem ein Gerät eingeschaltet wurde, es sei denn, der Switch-Port steht auf „edge“ oder „PortFast“; inzwischen gibt das Gerät die Suche nach einem Server auf. Stellen Sie die Switch-Ports der Werkbank so ein, oder schalten Sie Spanning Tree ab.</translation>
    </message>
    <message>
        <source>Port %1 is free.</source>
        <translation>Port %1 ist frei.</translation>
    </message>
    <message>
        <source>Port %1 is this station&apos;s.</source>
        <translation>Port %1 gehört dieser Station.</translation>
    </message>
    <message>
        <source>%2 uses port %1. That does no harm if it serves other interfaces only, for instance virtual machines.</source>
        <translation>Port %1 wird von %2 benutzt. Das schadet nicht, wenn es nur andere Anschlüsse bedient, etwa virtuelle Maschinen.</translation>
    </message>
    <message>
        <source>Port %1 is taken by %2.</source>
        <translation>Port %1 ist von %2 belegt.</translation>
    </message>
    <message>
        <source>%1 holds all that a device fetches, and nothing is too large.</source>
        <translation>%1 enthält alles, was ein Gerät holt, und nichts ist zu groß.</translation>
    </message>
    <message>
        <source>No folder with the netboot kit was named.</source>
        <translation>Es wurde kein Ordner mit dem Netboot-Kit genannt.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Es gibt keinen Ordner %1.</translation>
    </message>
    <message>
        <source>%1 is missing. Build the netboot kit again, or choose its folder.</source>
        <translation>%1 fehlt. Bauen Sie das Netboot-Kit neu, oder wählen Sie seinen Ordner.</translation>
    </message>
    <message>
        <source>%1 is empty. Build the netboot kit again.</source>
        <translation>%1 ist leer. Bauen Sie das Netboot-Kit neu.</translation>
    </message>
    <message>
        <source>%1 is not readable for everybody, as the TFTP service needs it.</source>
        <translation>%1 ist nicht für alle lesbar, was der TFTP-Dienst braucht.</translation>
    </message>
    <message>
        <source>%1 has %2. Boot ROMs fetch at most %3 by TFTP.</source>
        <translation>%1 hat %2. Boot-ROMs holen per TFTP höchstens %3.</translation>
    </message>
    <message>
        <source>%1 names no initramfs, so that the kernel would have nothing to run.</source>
        <translation>%1 nennt kein Initramfs, sodass der Kernel nichts auszuführen hätte.</translation>
    </message>
    <message>
        <source>Kernel and initramfs have %1 together, more than %2: each MB costs up to 0.6 s whenever a device starts.</source>
        <translation>Kernel und Initramfs haben zusammen %1, mehr als %2: Jedes MB kostet bei jedem Start eines Geräts bis zu 0,6 s.</translation>
    </message>
    <message>
        <source>It lets devices in.</source>
        <translation>Sie lässt Geräte herein.</translation>
    </message>
    <message>
        <source>As far as its rules can be read, it keeps devices out of these ports: %1.</source>
        <translation>Soweit ihre Regeln zu lesen sind, hält sie Geräte von diesen Ports fern: %1.</translation>
    </message>
    <message>
        <source>Its rules do not tell for sure whether devices are let in to these ports: %1.</source>
        <translation>Aus ihren Regeln geht nicht sicher hervor, ob Geräte zu diesen Ports durchkommen: %1.</translation>
    </message>
    <message>
        <source>%2 are free in %1.</source>
        <translation>In %1 sind %2 frei.</translation>
    </message>
    <message>
        <source>Only %2 are free in %1. That is enough for a few images at most.</source>
        <translation>In %1 sind nur %2 frei. Das reicht höchstens für ein paar Abbilder.</translation>
    </message>
    <message>
        <source>Only %2 are free in %1. Make room first.</source>
        <translation>In %1 sind nur %2 frei. Schaffen Sie erst Platz.</translation>
    </message>
    <message>
        <source>%1 cannot be written to.</source>
        <translation>In %1 kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>How much is free in %1 could not be found out.</source>
        <translation>Wie viel in %1 frei ist, war nicht herauszufinden.</translation>
    </message>
    <message>
        <source>Interface</source>
        <translation>Netzwerkanschluss</translation>
    </message>
    <message>
        <source>Cable</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Other DHCP servers</source>
        <translation>Andere DHCP-Server</translation>
    </message>
    <message>
        <source>Spanning tree</source>
        <translation>Spanning Tree</translation>
    </message>
    <message>
        <source>Port for devices</source>
        <translation>Port für Geräte</translation>
    </message>
    <message>
        <source>Port for DHCP</source>
        <translation>Port für DHCP</translation>
    </message>
    <message>
        <source>Port for TFTP</source>
        <translation>Port für TFTP</translation>
    </message>
    <message>
        <source>Netboot kit</source>
        <translation>Netboot-Kit</translation>
    </message>
    <message>
        <source>Firewall</source>
        <translation>Firewall</translation>
    </message>
    <message>
        <source>Room for images</source>
        <translation>Platz für Abbilder</translation>
    </message>
    <message>
        <source>Room for backups</source>
        <translation>Platz für Sicherungen</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Nicht bekannt</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Find out as administrator…</source>
        <translation>Als Administrator herausfinden …</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 nehmen</translation>
    </message>
    <message>
        <source>Work beside it</source>
        <translation>Neben ihm arbeiten</translation>
    </message>
    <message>
        <source>Be the DHCP server</source>
        <translation>Der DHCP-Server sein</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>%1 leads this computer to the office or the internet. DHCP there would disturb everybody.</source>
        <translation>%1 verbindet diesen Rechner mit dem Firmennetz oder dem Internet. DHCP würde dort alle stören.</translation>
    </message>
    <message>
        <source>The netboot service will refuse this: %1.</source>
        <translation>Der Netboot-Dienst wird das ablehnen: %1.</translation>
    </message>
    <message>
        <source>Devices get out by %1.</source>
        <translation>Geräte kommen über %1 hinaus.</translation>
    </message>
    <message>
        <source>This computer&apos;s firewall drops what is to be passed on from %1 to %2, as Docker and ufw set it up. Devices get no internet until it allows that.</source>
        <translation>Die Firewall dieses Rechners verwirft, was von %1 nach %2 weitergereicht werden soll, wie es Docker und ufw einrichten. Geräte haben kein Internet, bis sie das erlaubt.</translation>
    </message>
    <message>
        <source>The firewall&apos;s rules do not tell for sure whether devices get out from %1 by %2.</source>
        <translation>Aus den Regeln der Firewall geht nicht sicher hervor, ob Geräte von %1 über %2 hinauskommen.</translation>
    </message>
    <message>
        <source>Only this computer reaches the station; start it with --listen 0.0.0.0:%1.</source>
        <translation>Nur dieser Rechner erreicht die Station; starten Sie sie mit --listen 0.0.0.0:%1.</translation>
    </message>
    <message>
        <source>The station listens on %1 only, and devices look for it at %2; start it with --listen 0.0.0.0:%3.</source>
        <translation>Die Station lauscht nur auf %1, Geräte suchen sie aber unter %2; starten Sie sie mit --listen 0.0.0.0:%3.</translation>
    </message>
    <message>
        <source>Internet for devices</source>
        <translation>Internet für Geräte</translation>
    </message>
    <message>
        <source>Network boot is on at %1.</source>
        <translation>Der Netzwerkstart ist an %1 eingeschaltet.</translation>
    </message>
    <message>
        <source>Network boot is off, and its parts were not checked. Choose the interface to the bench, unless the devices are started in another way.</source>
        <translation>Der Netzwerkstart ist aus, seine Teile wurden nicht geprüft. Wählen Sie den Anschluss der Werkbank, falls die Geräte nicht anders gestartet werden.</translation>
    </message>
    <message>
        <source>Network boot is off. Start it with Tools, Network boot…</source>
        <translation>Der Netzwerkstart ist aus. Starten Sie ihn mit Werkzeuge, Netzwerkstart …</translation>
    </message>
    <message>
        <source>No link on %1. Connect the cable and switch on the switch.</source>
        <translation>Keine Verbindung an %1. Schließen Sie das Kabel an und schalten Sie den Switch ein.</translation>
    </message>
    <message>
        <source>%1 is switched off. Network boot switches it on. The cable can be checked only after that.</source>
        <translation>%1 ist ausgeschaltet. Der Netzwerkstart schaltet den Anschluss ein. Das Kabel lässt sich erst danach prüfen.</translation>
    </message>
    <message>
        <source>Network boot gives %1 the address %2 when it starts.</source>
        <translation>Der Netzwerkstart gibt %1 beim Start die Adresse %2.</translation>
    </message>
    <message>
        <source>%1 is not the boot firmware of a Raspberry Pi, or it is incomplete. Build the netboot kit again.</source>
        <translation>%1 ist nicht die Boot-Firmware eines Raspberry Pi oder ist unvollständig. Bauen Sie das Netboot-Kit neu.</translation>
    </message>
    <message>
        <source>%1 is not a kernel for a Raspberry Pi. Build the netboot kit again.</source>
        <translation>%1 ist kein Kernel für einen Raspberry Pi. Bauen Sie das Netboot-Kit neu.</translation>
    </message>
    <message>
        <source>%1 is not a device tree. Build the netboot kit again.</source>
        <translation>%1 ist kein Device Tree. Bauen Sie das Netboot-Kit neu.</translation>
    </message>
    <message>
        <source>%1 is not an initramfs. Build the netboot kit again.</source>
        <translation>%1 ist kein Initramfs. Bauen Sie das Netboot-Kit neu.</translation>
    </message>
    <message>
        <source>Requires administrator rights.</source>
        <translation>Erfordert Administratorrechte.</translation>
    </message>
    <message>
        <source>The check failed: %1</source>
        <translation>Die Prüfung ist fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Network boot</source>
        <translation>Netzwerkstart</translation>
    </message>
    <message>
        <source>Addresses for devices</source>
        <translation>Adressen für Geräte</translation>
    </message>
    <message>
        <source>%1 is from %2. Current Compute Modules 4 need firmware from %3 or later. Build the netboot kit again.</source>
        <translation>%1 ist vom %2. Heutige Compute Modules 4 brauchen Firmware vom %3 oder später. Bauen Sie das Netboot-Kit neu.</translation>
    </message>
    <message>
        <source>%1 is from %2. Newer Compute Modules 4 may need firmware from %3 or later.</source>
        <translation>%1 ist vom %2. Neuere Compute Modules 4 brauchen vielleicht Firmware vom %3 oder später.</translation>
    </message>
    <message>
        <source>Addresses in the range: %1. Devices seen: %2.</source>
        <translation>Adressen im Bereich: %1. Gesehene Geräte: %2.</translation>
    </message>
    <message>
        <source>Too few addresses in the range: %1. Devices seen: %2. Devices without an address cannot boot. Choose a larger range.</source>
        <translation>Zu wenige Adressen im Bereich: %1. Gesehene Geräte: %2. Geräte ohne Adresse können nicht starten. Wählen Sie einen größeren Bereich.</translation>
    </message>
</context>
<context>
    <name>ui::StartFailure</name>
    <message>
        <source>The system does not say which program uses it.</source>
        <translation>Das System sagt nicht, welches Programm ihn benutzt.</translation>
    </message>
    <message>
        <source>It is used by %1.</source>
        <comment>names of programs</comment>
        <translation>Er wird benutzt von: %1.</translation>
    </message>
    <message>
        <source>Provisioning Station</source>
        <translation>Provisioning Station</translation>
    </message>
    <message>
        <source>Provisioning Station is already running.</source>
        <translation>Provisioning Station läuft schon.</translation>
    </message>
    <message>
        <source>Another station uses the data folder %1. Use its window, or quit it, then start again. A second station needs a data folder of its own (--data-dir).</source>
        <translation>Eine andere Station benutzt den Datenordner %1. Benutzen Sie ihr Fenster, oder beenden Sie sie und starten Sie dann neu. Eine zweite Station braucht einen eigenen Datenordner (--data-dir).</translation>
    </message>
    <message>
        <source>Port %1 is already in use.</source>
        <translation>Port %1 ist schon belegt.</translation>
    </message>
    <message>
        <source>Quit that program, or start the station on another port (--listen ADDRESS:PORT).</source>
        <translation>Beenden Sie jenes Programm, oder starten Sie die Station mit einem anderen Port (--listen ADRESSE:PORT).</translation>
    </message>
    <message>
        <source>The station cannot start. %1</source>
        <comment>cause</comment>
        <translation>Die Station kann nicht starten. %1</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ui::StatusSummary</name>
    <message>
        <source>No jobs</source>
        <translation>Keine Aufträge</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s)</source>
        <translation>
            <numerusform>%n Auftrag</numerusform>
            <numerusform>%n Aufträge</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>2 jobs, 84.2 MiB/s</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>No devices</source>
        <translation>Keine Geräte</translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) online</source>
        <translation>
            <numerusform>%n Gerät online</numerusform>
            <numerusform>%n Geräte online</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s), none online</source>
        <translation>
            <numerusform>%n Gerät, offline</numerusform>
            <numerusform>%n Geräte, keines online</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s), %1 online</source>
        <translation>
            <numerusform>%n Gerät, %1 online</numerusform>
            <numerusform>%n Geräte, %1 online</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2 queued</source>
        <comment>12 jobs, 8 queued</comment>
        <translation>%1, %2 in der Warteschlange</translation>
    </message>
</context>
<context>
    <name>ui::TakeoverQuestion</name>
    <message>
        <source>The board %1 becomes this device, with nothing done yet. The jobs of the board before it stay in the history.</source>
        <translation>Die Platine %1 wird dieses Gerät, auf dem noch nichts gemacht ist. Die Aufträge der Platine davor bleiben im Verlauf.</translation>
    </message>
    <message>
        <source>%1 becomes the address of this device if it registers within %2 minutes. The machine at %3 gets no answer any more.</source>
        <translation>%1 wird die Adresse dieses Geräts, wenn es sich innerhalb von %2 Minuten meldet. Der Rechner bei %3 bekommt keine Antwort mehr.</translation>
    </message>
    <message>
        <source>The device goes on at %1 if it registers within %2 minutes.</source>
        <translation>Das Gerät macht bei %1 weiter, wenn es sich innerhalb von %2 Minuten meldet.</translation>
    </message>
    <message>
        <source>Its job goes on there.</source>
        <translation>Sein Auftrag geht dort weiter.</translation>
    </message>
    <message>
        <source>Check on the bench that %1 is this device: MAC address and serial number can be copied.</source>
        <translation>Prüfen Sie an der Werkbank, ob %1 dieses Gerät ist: MAC-Adresse und Seriennummer lassen sich kopieren.</translation>
    </message>
    <message>
        <source>Let %1 take over %2?</source>
        <comment>address, device</comment>
        <translation>Soll %1 das Gerät %2 übernehmen?</translation>
    </message>
    <message>
        <source>Let it take over</source>
        <translation>Übernehmen lassen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The job of the board before it fails.</source>
        <translation>Der Auftrag der Platine davor schlägt fehl.</translation>
    </message>
</context>
<context>
    <name>ui::TonedLabel</name>
    <message>
        <source>%1: %2</source>
        <comment>name: value</comment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>ui::WindowActions</name>
    <message>
        <source>&amp;Deploy</source>
        <translation>Ü&amp;bertragen</translation>
    </message>
    <message>
        <source>&amp;Backup…</source>
        <translation>&amp;Sichern …</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>Neu s&amp;tarten</translation>
    </message>
    <message>
        <source>&amp;Power off</source>
        <translation>A&amp;usschalten</translation>
    </message>
    <message>
        <source>&amp;Identify</source>
        <translation>Bl&amp;inken</translation>
    </message>
    <message>
        <source>Remove from &amp;list</source>
        <translation>Von der &amp;Liste nehmen</translation>
    </message>
    <message>
        <source>Write the golden image to the selected devices</source>
        <translation>Schreibt das Abbild auf die ausgewählten Geräte</translation>
    </message>
    <message>
        <source>Save the selected devices&apos; storage as image files</source>
        <translation>Speichert den Inhalt der ausgewählten Geräte als Abbilddateien</translation>
    </message>
    <message>
        <source>Cancel the selected devices&apos; jobs</source>
        <translation>Bricht die Aufträge der ausgewählten Geräte ab</translation>
    </message>
    <message>
        <source>Restart the selected devices</source>
        <translation>Startet die ausgewählten Geräte neu</translation>
    </message>
    <message>
        <source>Switch the selected devices off</source>
        <translation>Schaltet die ausgewählten Geräte aus</translation>
    </message>
    <message>
        <source>Let the selected devices blink, to find them on the bench</source>
        <translation>Lässt die ausgewählten Geräte blinken, damit man sie auf der Werkbank findet</translation>
    </message>
    <message>
        <source>Take the selected devices off the list until they register again</source>
        <translation>Nimmt die ausgewählten Geräte von der Liste, bis sie sich wieder melden</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>purpose (key)</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Choose golden &amp;image…</source>
        <translation>Abbild &amp;wählen …</translation>
    </message>
    <message>
        <source>Take an image file into the library and make it the golden image</source>
        <translation>Nimmt eine Abbilddatei in die Sammlung auf und macht sie zum Abbild für die Geräte</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Select all</source>
        <translation>Alle aus&amp;wählen</translation>
    </message>
    <message>
        <source>Select all devices that are shown</source>
        <translation>Wählt alle gezeigten Geräte aus</translation>
    </message>
    <message>
        <source>Back up free blocks &amp;too (exact copy)</source>
        <translation>Auch freie Blöcke sichern (e&amp;xakte Kopie)</translation>
    </message>
    <message>
        <source>Backups also take what the file systems say is free; larger and slower</source>
        <translation>Sicherungen nehmen auch, was die Dateisysteme frei nennen; größer und langsamer</translation>
    </message>
    <message>
        <source>&amp;Find device</source>
        <translation>Gerät &amp;suchen</translation>
    </message>
    <message>
        <source>Go to the filter line</source>
        <translation>Geht zur Filterzeile</translation>
    </message>
    <message>
        <source>&amp;First steps</source>
        <translation>&amp;Erste Schritte</translation>
    </message>
    <message>
        <source>What to do, in four lines</source>
        <translation>Was zu tun ist, in vier Zeilen</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>&amp;Über</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Network boot…</source>
        <translation>&amp;Netzwerkstart …</translation>
    </message>
    <message>
        <source>Serve DHCP and boot files to the devices, see how it goes</source>
        <translation>Den Geräten DHCP und Startdateien bereitstellen und zusehen, wie es geht</translation>
    </message>
    <message>
        <source>Let automatic mode act on the selected devices again, and let them boot from the network</source>
        <translation>Die Automatik wieder auf die gewählten Geräte wirken und diese über das Netzwerk starten lassen</translation>
    </message>
    <message>
        <source>&amp;Boot order…</source>
        <translation>&amp;Startreihenfolge …</translation>
    </message>
    <message>
        <source>Explain and compose BOOT_ORDER, and write the document that sets it</source>
        <translation>BOOT_ORDER erklären und zusammenstellen, und das Dokument schreiben, das es setzt</translation>
    </message>
    <message>
        <source>&amp;Check the bench…</source>
        <translation>&amp;Werkbank prüfen …</translation>
    </message>
    <message>
        <source>Look for what keeps devices from booting over the network</source>
        <translation>Nachsehen, was Geräte daran hindert, über das Netz zu starten</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>Re-&amp;arm</source>
        <translation>Wieder &amp;freigeben</translation>
    </message>
    <message>
        <source>Quit Provisioning Station</source>
        <translation>Provisioning Station beenden</translation>
    </message>
    <message>
        <source>Follow &amp;system theme</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>Let another address take o&amp;ver…</source>
        <translation>Andere Adresse überneh&amp;men lassen …</translation>
    </message>
    <message>
        <source>Decide which machine the device is, where two claim to be it</source>
        <translation>Entscheiden, welcher Rechner das Gerät ist, wenn zwei sich dafür ausgeben</translation>
    </message>
    <message>
        <source>Let %1 take o&amp;ver…</source>
        <translation>%1 überneh&amp;men lassen …</translation>
    </message>
    <message>
        <source>Read t&amp;wice and compare in a backup</source>
        <translation>Für eine Sicherung &amp;zweimal lesen und vergleichen</translation>
    </message>
    <message>
        <source>Backups are compared with a second reading of the device, which takes its time again; not for devices that use curl</source>
        <translation>Sicherungen werden mit einem zweiten Lesen des Geräts verglichen, das noch einmal so lange dauert; nicht für Geräte, die curl benutzen</translation>
    </message>
</context>
<context>
    <name>ui::format</name>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <comment>1.2 of 7.8 GiB</comment>
        <translation>%1 von %2 %3</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>84.2 MiB/s</comment>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
</TS>
