using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Reading;

/// <summary>What the shape of the manifest cannot say: names that must differ, paths and ports that must not overlap, references that must lead somewhere.</summary>
public static partial class ManifestRules
{
    private const int NtpPort = 123;

    /// <summary>Every rule that the appliance breaks.</summary>
    /// <param name="appliance">The appliance.</param>
    /// <param name="today">The day against which attestations and waivers are judged.</param>
    /// <param name="placeOf">Finds the place of a JSON pointer.</param>
    public static IEnumerable<Diagnostic> Check(Appliance appliance, DateOnly today, Func<string, Place> placeOf) =>
    [
        .. UniqueIds(appliance, placeOf),
        .. PathsOnGivenDrives(appliance, placeOf),
        .. PathsApart(appliance, placeOf),
        .. DocumentsAreScanned(appliance, placeOf),
        .. DatabaseReachesItsFiles(appliance, placeOf),
        .. PortsApart(appliance, placeOf),
        .. AeTitlesApart(appliance, placeOf),
        .. References(appliance, placeOf),
        .. DicomPeersCanBeReached(appliance, placeOf),
        .. FirewallIsComplete(appliance, placeOf),
        .. OutboundBlockLeavesWaysOut(appliance, placeOf),
        .. PinnedRulesHaveHosts(appliance, placeOf),
        .. MonitoringIsSilentAboutPeople(appliance, placeOf),
        .. AgentIsAskedByItsServerAlone(appliance, placeOf),
        .. ThresholdsAreInOrder(appliance, placeOf),
        .. PeoplesWord(appliance, today, placeOf),
        .. RehearsalStaysAtHome(appliance, placeOf),
    ];

    private static IEnumerable<Diagnostic> UniqueIds(Appliance appliance, Func<string, Place> placeOf)
    {
        (string Pointer, IEnumerable<ItemId> Ids)[] lists =
        [
            ("/folders", appliance.Folders.Select(x => x.Id)),
            ("/firewall/inbound", appliance.Firewall.Inbound.Select(x => x.Id)),
            ("/firewall/outbound", appliance.Firewall.Outbound.Select(x => x.Id)),
            ("/gateway/partners", appliance.Gateway.Partners.Select(x => x.Id)),
            ("/gateway/targets", appliance.Gateway.Targets.Select(x => x.Id)),
            ("/gateway/routes", appliance.Gateway.Routes.Select(x => x.Id)),
            ("/registry", appliance.Registry.Select(x => x.Id)),
            ("/payloads", appliance.Payloads.Select(x => x.Id)),
        ];
        foreach (var (pointer, ids) in lists)
        {
            foreach (var (index, id) in Repeated(ids))
                yield return Diagnostic.Error("GW1201", $"The id '{id}' is used twice in this list.", "Give each entry an id of its own.", placeOf($"{pointer}/{index}/id"));
        }

        var outbound = appliance.Firewall.Outbound.Select(x => x.Id).ToList();
        foreach (var id in appliance.Firewall.Inbound.Select(x => x.Id).Where(outbound.Contains))
            yield return Diagnostic.Error("GW1201", $"The id '{id}' names an inbound and an outbound rule.", "Give each rule an id of its own.", placeOf($"/firewall/outbound/{outbound.IndexOf(id)}/id"));
    }

    private static IEnumerable<Diagnostic> PathsOnGivenDrives(Appliance appliance, Func<string, Place> placeOf)
    {
        var drives = appliance.System.Drives.Select(d => d.Drive).ToHashSet();
        foreach (var (pointer, path) in ManifestPaths.Of(appliance))
        {
            if (!drives.Contains(path.Drive))
                yield return Diagnostic.Error("GW1202", $"The path {path} lies outside {string.Join(" and ", drives)} (OS-4).", "Choose a path on one of these drives.", placeOf(pointer));
        }
    }

    private static IEnumerable<Diagnostic> PathsApart(Appliance appliance, Func<string, Place> placeOf)
    {
        foreach (var (index, path) in Repeated(appliance.Folders.Select(f => f.Path)))
            yield return Diagnostic.Error("GW1203", $"The folder {path} stands twice with rights of its own.", "Keep one of the two.", placeOf($"/folders/{index}/path"));

        (string Pointer, WindowsPath Path, string Holds)[] owners =
        [
            ("/gateway/imageFolder", appliance.Gateway.ImageFolder, "images"),
            ("/gateway/dataFolder", appliance.Gateway.DataFolder, "the ledger"),
            ("/gateway/logFolder", appliance.Gateway.LogFolder, "logs"),
            ("/gateway/configFolder", appliance.Gateway.ConfigFolder, "the configuration"),
            ("/gateway/programFolder", appliance.Gateway.ProgramFolder, "program versions"),
            ("/mail/scanFolder", appliance.Mail.ScanFolder, "documents that are being scanned"),
            ("/database/dataFolder", appliance.Database.DataFolder, "database tables"),
            ("/database/programFolder", appliance.Database.ProgramFolder, "database programs"),
            ("/backup/folder", appliance.Backup.Folder, "backups"),
            ("", ManifestPaths.StateRoot, "the product's own state"),
        ];
        foreach (var inner in owners)
        {
            foreach (var outer in owners.Where(o => o.Pointer != inner.Pointer && o.Path.Contains(inner.Path)))
            {
                // Two equal paths contain each other: one diagnostic is enough.
                if (!inner.Path.Equals(outer.Path) || string.CompareOrdinal(inner.Pointer, outer.Pointer) > 0)
                    yield return Diagnostic.Error("GW1203", $"The folder {inner.Path} of {inner.Holds} overlaps {outer.Path}, which holds {outer.Holds}.", "Move one of the two, so that rights, backup and deletion of one never touch the other.", placeOf(inner.Pointer.Length > 0 ? inner.Pointer : outer.Pointer));
            }
        }
    }

    private static IEnumerable<Diagnostic> DocumentsAreScanned(Appliance appliance, Func<string, Place> placeOf)
    {
        var folder = appliance.Mail.ScanFolder;
        if (appliance.Antivirus.Mode == AntivirusMode.Folders && appliance.Antivirus.Folders.FirstOrDefault(excluded => excluded.Path.Contains(folder)) is { } left)
            yield return Diagnostic.Error(
                "GW7230", $"The folder {folder}, in which documents of partners are scanned, lies in {left.Path}, which the virus scanner is told to leave alone.",
                "Choose a folder that no entry of antivirus.folders covers.", placeOf("/mail/scanFolder"));
    }

    // Its service runs under an account of its own, and inheritance from the drive is cut: without a folder that lets it in it cannot even start.
    private static IEnumerable<Diagnostic> DatabaseReachesItsFiles(Appliance appliance, Func<string, Place> placeOf)
    {
        var database = appliance.Database;
        (string Pointer, WindowsPath Path, FolderAccess Least, string What)[] needs =
        [
            ("/gateway/configFolder", database.ConfigurationFile(appliance.Gateway), FolderAccess.DatabaseReads, "configuration file"),
            ("/database/programFolder", database.ProgramFolder, FolderAccess.DatabaseReads, "program folder"),
            ("/database/dataFolder", database.DataFolder, FolderAccess.DatabaseModifies, "data folder"),
        ];
        foreach (var (pointer, path, least, what) in needs)
        {
            var holding = appliance.Folders.Where(f => f.Path.Contains(path)).MaxBy(f => f.Path.Text.Length);
            if (holding?.Access is not FolderAccess.DatabaseModifies && holding?.Access != least)
                yield return Diagnostic.Error(
                    "GW1215", $"The database's {what} {path} lies in {(holding is null ? "no folder of the manifest" : $"{holding.Path}, whose access is {Word(holding.Access)}")}: its service cannot use it.",
                    $"Add a folder that holds it, with access {Word(least)}.", placeOf(pointer));
        }

        static string Word(FolderAccess access) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(access.ToString());
    }

    private static IEnumerable<Diagnostic> PortsApart(Appliance appliance, Func<string, Place> placeOf)
    {
        List<(string Pointer, int Port, string For)> ports =
        [
            ("/gateway/dicomPort", appliance.Gateway.DicomPort, "DICOM"),
            ("/gateway/healthPort", appliance.Gateway.HealthPort, "the health address"),
            ("/web/port", appliance.Web.Port, "the web client"),
            ("/database/port", appliance.Database.Port, "the database"),
        ];
        if (appliance.Monitoring.Mode == MonitoringMode.Pull)
            ports.Add(("/monitoring/mode", CheckmkAgent.PullPort, "the monitoring agent"));
        for (var i = 0; i < ports.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (ports[i].Port == ports[j].Port)
                    yield return Diagnostic.Error("GW1204", $"Port {ports[i].Port} is given to {ports[j].For} and to {ports[i].For}.", "Give each its own port.", placeOf(ports[i].Pointer));
            }
        }

        if (!appliance.Firewall.Inbound.Any(rule => rule.Protocol == TransportProtocol.Tcp && rule.Ports.Any(p => p.Contains(appliance.Gateway.DicomPort))))
            yield return Diagnostic.Warning("GW1205", $"No inbound rule opens the DICOM port {appliance.Gateway.DicomPort}: the PACS will not reach the gateway.", "Add the port to a rule of firewall.inbound.", placeOf("/gateway/dicomPort"));
    }

    private static IEnumerable<Diagnostic> AeTitlesApart(Appliance appliance, Func<string, Place> placeOf)
    {
        var gateway = appliance.Gateway;
        List<(string Pointer, AeTitle? Title)> titles =
        [
            ("/gateway/aeTitle", gateway.AeTitle),
            ("/gateway/priorities/emergencyAeTitle", gateway.Priorities.EmergencyAeTitle),
            ("/gateway/priorities/bulkAeTitle", gateway.Priorities.BulkAeTitle),
            .. gateway.Partners.Select((p, i) => ($"/gateway/partners/{i}/virtualAeTitle", p.VirtualAeTitle)),
        ];
        var seen = new HashSet<AeTitle>();
        foreach (var (pointer, title) in titles)
        {
            if (title is { } given && !seen.Add(given))
                yield return Diagnostic.Error("GW1206", $"The AE title {given} is given twice: nobody could tell what was meant by it.", "Give each purpose an AE title of its own.", placeOf(pointer));
        }
    }

    private static IEnumerable<Diagnostic> References(Appliance appliance, Func<string, Place> placeOf)
    {
        var payloads = appliance.Payloads.Select(p => p.Id).ToHashSet();
        (string, ItemId)[] used = [("/database/payload", appliance.Database.Payload), ("/monitoring/payload", appliance.Monitoring.Payload)];
        foreach (var (pointer, id) in used.Where(u => !payloads.Contains(u.Item2)))
            yield return Diagnostic.Error("GW1207", $"No payload has the id '{id}'.", "Name one of: " + string.Join(", ", payloads) + ".", placeOf(pointer));

        for (var i = 0; i < appliance.Payloads.Count; i++)
        {
            var (payload, ending) = (appliance.Payloads[i], appliance.Payloads[i].Id == appliance.Database.Payload ? ".zip" : ".msi");
            if (used.Any(u => u.Item2 == payload.Id) && !payload.File.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                yield return Diagnostic.Error("GW1230", $"The payload {payload.Id} is the file {payload.File}.", payload.Id == appliance.Database.Payload ? "Name MariaDB's ZIP distribution for Windows: its MSI cannot be installed from inside the product's." : "Name the monitoring agent's MSI.", placeOf($"/payloads/{i}/file"));
        }

        for (var t = 0; t < appliance.Gateway.Targets.Count; t++)
        {
            var target = appliance.Gateway.Targets[t];
            if (target.Unmapped == UnmappedIds.Prefix && ((target.PatientIdTable is not null && target.PatientIdPrefix.Length == 0) || (target.AccessionTable is not null && target.AccessionPrefix.Length == 0)))
                yield return Diagnostic.Error("GW1231", $"Ids that a table of {target.Id} lacks go with a prefix, and there is none.", "Give each id that has a table a prefix, or set unmapped to deadLetter.", placeOf($"/gateway/targets/{t}/unmapped"));
        }

        var partners = appliance.Gateway.Partners.Select(p => p.Id).Concat(appliance.Gateway.Targets.Select(t => t.Id)).ToHashSet();
        for (var r = 0; r < appliance.Gateway.Routes.Count; r++)
        {
            var targets = appliance.Gateway.Routes[r].To;
            for (var t = 0; t < targets.Count; t++)
            {
                if (!partners.Contains(targets[t]))
                    yield return Diagnostic.Error("GW1207", $"No partner and no target has the id '{targets[t]}'.", "Add it, or name one that exists.", placeOf($"/gateway/routes/{r}/to/{t}"));
            }
        }
    }

    private static IEnumerable<Diagnostic> FirewallIsComplete(Appliance appliance, Func<string, Place> placeOf)
    {
        (string Pointer, IReadOnlyList<FirewallRuleSetting> Rules)[] lists = [("/firewall/inbound", appliance.Firewall.Inbound), ("/firewall/outbound", appliance.Firewall.Outbound)];
        foreach (var (pointer, rules) in lists)
        {
            for (var i = 0; i < rules.Count; i++)
            {
                if (rules[i].Program is { } program && program.Resolve(appliance.Gateway.ProgramFolder, appliance.Antivirus) is null)
                    yield return Diagnostic.Error("GW1214", $"The program {program} cannot be resolved: antivirus.jcsHome is not set.", "Set antivirus.jcsHome, or name the program by its absolute path.", placeOf($"{pointer}/{i}/program"));
            }
        }

    }

    private static IEnumerable<Diagnostic> OutboundBlockLeavesWaysOut(Appliance appliance, Func<string, Place> placeOf)
    {
        var firewall = appliance.Firewall;
        if (firewall.OutboundDefault != OutboundDefault.Block)
            yield break;
        RulePurpose[] needed =
            [RulePurpose.Mail, RulePurpose.Monitoring, RulePurpose.Dns, RulePurpose.Dhcp, RulePurpose.Ntp, RulePurpose.Domain, RulePurpose.Update, RulePurpose.RemoteAccess];
        foreach (var purpose in needed.Where(n => firewall.Outbound.All(rule => rule.Purpose != n)))
            yield return Diagnostic.Error("GW1208", $"Outbound traffic is blocked by default, and no outbound rule has the purpose '{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(purpose.ToString())}': the machine would cut itself off.", "Add the rule, or set outboundDefault to leave.", placeOf("/firewall/outboundDefault"));
        if (string.IsNullOrWhiteSpace(firewall.AddressesRefreshedBy))
            yield return Diagnostic.Error("GW1216", "Outbound traffic is blocked by default, and nobody is named who keeps the addresses of the rules right: a stale one stops images.", "Name the person or the team in firewall.addressesRefreshedBy, or set outboundDefault to leave.", placeOf("/firewall/outboundDefault"));

        // The program of the Windows Time service is not ours: its rule lets our own question through only when it names no program.
        var time = firewall.Outbound.Select((rule, i) => (Rule: rule, Index: i)).Where(r => r.Rule.Purpose == RulePurpose.Ntp).ToList();
        if (time.Count > 0 && !time.Exists(r => r.Rule is { Protocol: TransportProtocol.Udp, Program: null } && r.Rule.Ports.Any(p => p.Contains(NtpPort))))
            yield return Diagnostic.Error("GW1217", "Outbound traffic is blocked by default, and no rule for time lets every program reach UDP 123: gwctl could not ask the time source, and X-TIME would never be assessed.", "Give one rule with purpose ntp the protocol udp, port 123 and no program.", placeOf($"/firewall/outbound/{time[0].Index}"));
    }

    private static IEnumerable<Diagnostic> PinnedRulesHaveHosts(Appliance appliance, Func<string, Place> placeOf)
    {
        for (var i = 0; i < appliance.Firewall.Inbound.Count; i++)
        {
            if (appliance.Firewall.Inbound[i] is { PinAddresses: true } or { Hosts.Count: > 0 })
                yield return Diagnostic.Error("GW1218", $"The inbound rule '{appliance.Firewall.Inbound[i].Id}' is pinned to hosts: who comes in is known by address, not by name.", "List the addresses in remoteAddresses.", placeOf($"/firewall/inbound/{i}"));
        }

        for (var i = 0; i < appliance.Firewall.Outbound.Count; i++)
        {
            var rule = appliance.Firewall.Outbound[i];
            if (!rule.PinAddresses && rule.Hosts.Count > 0)
                yield return Diagnostic.Error("GW1218", $"The rule '{rule.Id}' names hosts and is not pinned to their addresses: Windows' rules take no names.", "Set pinAddresses to true, or take hosts away.", placeOf($"/firewall/outbound/{i}/hosts"));
            if (rule.PinAddresses && rule.PinnedHosts(appliance).Count == 0)
                yield return Diagnostic.Error("GW1218", $"The rule '{rule.Id}' is pinned to the addresses of its hosts and has none.", "Name them in hosts, or take pinAddresses away.", placeOf($"/firewall/outbound/{i}/pinAddresses"));
            if (rule.PinAddresses && rule.RemoteAddresses.Any(a => a.Text != "Any"))
                yield return Diagnostic.Error("GW1218", $"The rule '{rule.Id}' is pinned to the addresses of its hosts and lists addresses too.", "Take pinAddresses or remoteAddresses away.", placeOf($"/firewall/outbound/{i}/remoteAddresses"));
        }
    }

    private static IEnumerable<Diagnostic> MonitoringIsSilentAboutPeople(Appliance appliance, Func<string, Place> placeOf)
    {
        for (var i = 0; i < appliance.Monitoring.Sections.Count; i++)
        {
            if (Monitoring.ForbiddenSections.Contains(appliance.Monitoring.Sections[i]))
                yield return Diagnostic.Error("GW1209", $"The agent section '{appliance.Monitoring.Sections[i]}' carries account names or message texts (MON-3).", "Remove it.", placeOf($"/monitoring/sections/{i}"));
        }
    }

    private static IEnumerable<Diagnostic> AgentIsAskedByItsServerAlone(Appliance appliance, Func<string, Place> placeOf)
    {
        var isPull = appliance.Monitoring.Mode == MonitoringMode.Pull;
        var rules = appliance.Firewall.Inbound.Select((rule, index) => (Rule: rule, Pointer: $"/firewall/inbound/{index}")).Where(one => one.Rule.Opens(CheckmkAgent.PullPort)).ToList();
        if (isPull && rules.Count == 0)
            yield return Diagnostic.Error("GW1238", $"The monitoring server asks the agent, and no inbound rule opens its port {CheckmkAgent.PullPort}.", "Add a rule to firewall.inbound that names the server's addresses.", placeOf("/monitoring/mode"));
        foreach (var (_, pointer) in rules.Where(one => isPull && !one.Rule.RemoteAddresses.All(address => address.IsOneOrSubnet)))
            yield return Diagnostic.Error("GW1238", "Who may ask the monitoring agent is not named.", "Name the monitoring server's addresses or subnets (10.1.2.3, 10.1.2.0/24): the agent answers nobody else.", placeOf($"{pointer}/remoteAddresses"));
        foreach (var (_, pointer) in rules.Where(_ => !isPull))
            yield return Diagnostic.Error("GW1239", $"Port {CheckmkAgent.PullPort} is opened, and the monitoring server does not ask the agent (mode {appliance.Monitoring.Mode.ToString().ToLowerInvariant()}).", "Remove the rule, or set monitoring.mode to pull.", placeOf(pointer));
    }

    private static IEnumerable<Diagnostic> ThresholdsAreInOrder(Appliance appliance, Func<string, Place> placeOf) => appliance.Monitoring.Thresholds.All()
        .Where(one => one.MoreIsWorse ? one.Limit.Warn > one.Limit.Critical : one.Limit.Warn < one.Limit.Critical)
        .Select(one => Diagnostic.Error(
            "GW1237", $"The threshold {one.Name} is critical ({one.Limit.Critical}) before it warns ({one.Limit.Warn}).", one.MoreIsWorse ? "More is worse here: 'critical' must not be below 'warn'." : "Less is worse here: 'critical' must not be above 'warn'.",
            placeOf($"/monitoring/thresholds/{one.Name}")));

    private static IEnumerable<Diagnostic> PeoplesWord(Appliance appliance, DateOnly today, Func<string, Place> placeOf)
    {
        for (var i = 0; i < appliance.Attestations.Count; i++)
        {
            var attestation = appliance.Attestations[i];
            if (ControlCatalogue.Find(attestation.Control) is not { } control)
                yield return UnknownControl(attestation.Control, placeOf($"/attestations/{i}/control"));
            else if (control.Attestable == Attestable.Never)
                yield return Diagnostic.Error("GW1210", $"{control.Id} may not rest on a person's word: the product measures it.", "Remove the attestation; a waiver with owner, reason and end is the way to accept an unmet control.", placeOf($"/attestations/{i}/control"));
            else if (attestation.Until < today)
                yield return Diagnostic.Warning("GW1211", $"The attestation of {control.Id} by {attestation.By} ended on {attestation.Until:yyyy-MM-dd}.", "Have it renewed.", placeOf($"/attestations/{i}/until"));
        }

        for (var i = 0; i < appliance.Waivers.Count; i++)
        {
            var waiver = appliance.Waivers[i];
            if (ControlCatalogue.Find(waiver.Control) is null)
                yield return UnknownControl(waiver.Control, placeOf($"/waivers/{i}/control"));
            else if (waiver.Until < today)
                yield return Diagnostic.Warning("GW1211", $"The waiver of {waiver.Control} by {waiver.Owner} ended on {waiver.Until:yyyy-MM-dd}.", "Meet the control, or have the waiver renewed.", placeOf($"/waivers/{i}/until"));
        }

        foreach (var control in appliance.Enforce.Keys.Where(c => ControlCatalogue.Find(c) is null))
            yield return UnknownControl(control, placeOf($"/enforce/{control}"));
    }

    private static IEnumerable<Diagnostic> RehearsalStaysAtHome(Appliance appliance, Func<string, Place> placeOf)
    {
        foreach (var (host, to) in appliance.Rehearsal.Hosts)
        {
            if (!System.Net.IPAddress.TryParse(to.Address.Text, out var address) || !System.Net.IPAddress.IsLoopback(address))
                yield return Diagnostic.Error("GW1212", $"The rehearsal maps {host} to {to.Address}, which is not a loopback address.", "Map it to 127.0.0.1 or ::1: a rehearsal never reaches the real world.", placeOf($"/rehearsal/hosts/{SourceMap.Escape(host.Text)}/address"));
            foreach (var (port, mapped) in to.Ports)
            {
                if (!int.TryParse(port, out var number) || number is < 1 or > 65535 || mapped is < 1 or > 65535)
                    yield return Diagnostic.Error("GW1212", $"The rehearsal maps port {port} of {host} to {mapped}; both are ports from 1 to 65535.", "Correct the ports.", placeOf($"/rehearsal/hosts/{SourceMap.Escape(host.Text)}/ports/{SourceMap.Escape(port)}"));
            }
        }
    }

    private static Diagnostic UnknownControl(ControlId id, Place place) =>
        Diagnostic.Error("GW1213", $"{id} is not a control of the requirements.", "Name one of: " + string.Join(", ", ControlCatalogue.All.Select(c => c.Id)) + ".", place);

    private static IEnumerable<(int Index, T Value)> Repeated<T>(IEnumerable<T> values)
        where T : struct
    {
        var seen = new HashSet<T>();
        return values.Select((value, index) => (index, value)).Where(x => !seen.Add(x.value)).ToList();
    }
}
