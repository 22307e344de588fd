using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Xunit;

namespace Gateway.Provisioning.Tests.Manifest;

public class ManifestReaderTests
{
    private static readonly string Default = EmbeddedFiles.Text("appliance.json");

    [Fact]
    public void The_default_manifest_is_valid_without_a_warning()
    {
        var reading = Read(Default);
        Assert.True(reading.IsValid);
        Assert.Empty(reading.Diagnostics);
    }

    [Fact]
    public void What_a_site_leaves_out_has_the_default_of_the_requirements()
    {
        var least = Read("""{ "formatVersion": 1, "site": { "name": "S" }, "gateway": { "aeTitle": "GW" }, "remoteAccess": { "kind": "ipsec", "owner": "IT" } }""").Appliance!;
        var spelled = Read(Default).Appliance!;
        Assert.Equal(spelled.Mail.Servers, least.Mail.Servers);
        Assert.Equal(spelled.Hardware.Disks, least.Hardware.Disks);
        Assert.Equal(spelled.Folders.Select(f => (f.Id, f.Path, f.Access)), least.Folders.Select(f => (f.Id, f.Path, f.Access)));
        Assert.Equal(spelled.Antivirus.Folders, least.Antivirus.Folders);
        Assert.Equal(spelled.Antivirus.Processes, least.Antivirus.Processes);
        Assert.Equal(spelled.Antivirus.Extensions, least.Antivirus.Extensions);
        Assert.Equal(spelled.Firewall.Outbound.Select(r => r.Id), least.Firewall.Outbound.Select(r => r.Id));
        Assert.Equal(spelled.Payloads, least.Payloads);
        Assert.Equal(spelled.Monitoring.Sections, least.Monitoring.Sections);
    }

    // code, what is put in the place of what, the pointer, and a part of the message or the mend.
    [Theory]
    [InlineData("GW1101", "\"cpuCores\": 8", "\"cpuCore\": 8", "/hardware/cpuCore", "Did you mean 'cpuCores'?")]
    [InlineData("GW1101", "\"database\": {", "\"datenbank\": {", "/datenbank", "is unknown")]
    [InlineData("GW1102", "\"partners\": [", "\"partners\": {}, \"x\": [", "/gateway/partners", "expected a list")]
    [InlineData("GW1103", "\"memory\": \"24 GiB\"", "\"memory\": null", "/hardware/memory", "null")]
    [InlineData("GW1104", "\"aeTitle\": \"DICOMMAIL\",", "", "/gateway", "'aeTitle' is missing")]
    [InlineData("GW1105", "\"memory\": \"24 GiB\"", "\"memory\": \"24GB\"", "/hardware/memory", "10⁹ bytes")]
    [InlineData("GW1105", "\"cpuCores\": 8", "\"cpuCores\": \"eight\"", "/hardware/cpuCores", "whole number")]
    [InlineData("GW1105", "\"cpuCores\": 8", "\"cpuCores\": 0", "/hardware/cpuCores", "from 1 to 1024")]
    [InlineData("GW1105", "\"aeTitle\": \"DICOMMAIL\"", "\"aeTitle\": \"DICOMMAIL_TOO_LONG\"", "/gateway/aeTitle", "1 to 16")]
    [InlineData("GW1105", "\"outboundDefault\": \"leave\"", "\"outboundDefault\": \"allow\"", "/firewall/outboundDefault", "leave, block")]
    [InlineData("GW1105", "\"at\": \"02:30\"", "\"at\": \"25:00\"", "/backup/at", "02:30")]
    [InlineData("GW1105", "\"secret:monitoring-registration\"", "\"hunter2\"", "/monitoring/registration", "never the secret")]
    [InlineData("GW1105", "\"path\": \"D:\\\\VISUS\\\\data\"", "\"path\": \"D:\\\\VISUS\\\\..\\\\data\"", "/folders/1/path", "without ..")]
    [InlineData("GW1106", "\"keepDays\": 5,", "\"keepDays\": 5, \"keepDays\": 6,", "/backup/keepDays", "twice")]
    [InlineData("GW1201", "\"id\": \"logs\"", "\"id\": \"data\"", "/folders/2/id", "used twice")]
    [InlineData("GW1202", "\"E:\\\\backup\"", "\"C:\\\\backup\"", "/folders/5/path", "D: and E:")]
    [InlineData("GW1203", "\"dataFolder\": \"D:\\\\VISUS\\\\data\"", "\"dataFolder\": \"E:\\\\VISUS\\\\images\\\\ledger\"", "/gateway/dataFolder", "overlaps")]
    [InlineData("GW7230", "\"scanFolder\": \"E:\\\\VISUS\\\\scan\"", "\"scanFolder\": \"D:\\\\VISUS\\\\scan\"", "/mail/scanFolder", "told to leave alone")]
    [InlineData("GW1204", "\"healthPort\": 8480", "\"healthPort\": 11112", "/gateway/healthPort", "given to DICOM")]
    [InlineData("GW1206", "\"virtualAeTitle\": \"TO_MAXCARE\"", "\"virtualAeTitle\": \"DICOMMAIL\"", "/gateway/partners/0/virtualAeTitle", "given twice")]
    [InlineData("GW1207", "\"payload\": \"mariadb\"", "\"payload\": \"postgres\"", "/database/payload", "postgres")]
    [InlineData("GW1207", "\"to\": [\"maximum-care\"] }", "\"to\": [\"nobody\"] }", "/gateway/routes/1/to/0", "nobody")]
    [InlineData("GW1231", "\"targets\": [],", "\"targets\": [ { \"id\": \"pacs\", \"aeTitle\": \"PACS\", \"host\": \"pacs.example\", \"patientIdTable\": \"D:\\\\VISUS\\\\ids.csv\", \"unmapped\": \"prefix\" } ],", "/gateway/targets/0/unmapped", "prefix")]
    [InlineData("GW1232", "\"targets\": [],", "\"targets\": [ { \"id\": \"pacs\", \"aeTitle\": \"LATER\", \"host\": \"pacs.example\", \"passcode\": \"secret:pacs\" } ],", "/gateway/targets/0/passcode", "no user")]
    [InlineData("GW1235", "\"targets\": [],", "\"targets\": [ { \"id\": \"pacs\", \"aeTitle\": \"LATER\", \"host\": \"pacs.example\", \"tls\": { \"authorityFile\": \"D:\\\\VISUS\\\\ca.pem\", \"certificateFile\": \"D:\\\\VISUS\\\\gw.pem\", \"certificateSubject\": \"gw\" } } ],", "/gateway/targets/0/tls", "Two certificates")]
    [InlineData("GW1236", "\"targets\": [],", "\"targets\": [ { \"id\": \"pacs\", \"aeTitle\": \"LATER\", \"host\": \"pacs.example\", \"userName\": \"gw\", \"passcode\": \"secret:env:PACS\" } ],", "/gateway/targets/0/passcode", "variable")]
    [InlineData("GW1208", "\"outboundDefault\": \"leave\"", "\"outboundDefault\": \"block\"", "/firewall/outboundDefault", "dns")]
    [InlineData("GW1209", "\"uptime\"", "\"ps\"", "/monitoring/sections/1", "MON-3")]
    [InlineData("GW1210", "\"control\": \"SEC-3\"", "\"control\": \"HW-1\"", "/attestations/0/control", "waiver")]
    [InlineData("GW1212", "\"atlas79.mydhp.de\": { \"address\": \"127.0.0.1\" }", "\"atlas79.mydhp.de\": { \"address\": \"10.1.2.3\" }", "/rehearsal/hosts/atlas79.mydhp.de/address", "loopback")]
    [InlineData("GW1213", "\"enforce\": {}", "\"enforce\": { \"HW-9\": \"warn\" }", "/enforce/HW-9", "not a control")]
    [InlineData("GW1214", "\"program\": \"%GATEWAY%", "\"program\": \"%JCS_HOME%", "/firewall/inbound/0/program", "jcsHome")]
    public void Bad_input_is_named_with_its_code_its_place_and_a_way_to_mend_it(string code, string from, string to, string pointer, string says)
    {
        var at = Default.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"the default manifest does not hold {from}");
        var reading = Read(Default.Remove(at, from.Length).Insert(at, to));
        Assert.False(reading.IsValid);
        var found = reading.Diagnostics.First(d => d.Code == code && d.Place!.Pointer == pointer);
        Assert.Contains(says, found.Message + found.Mend, StringComparison.Ordinal);
        Assert.NotEmpty(found.Mend);
        Assert.Equal("appliance.json", found.Place!.File);

        // The line that is named is the line that was changed, or where its object begins.
        var line = Default[..at].Count(c => c == '\n') + 1;
        Assert.InRange(found.Place.Line, code == "GW1104" ? 1 : line - (code == "GW1208" ? 30 : 0), code is "GW1207" or "GW1202" ? line + 200 : line);
    }

    // What is allowed and may not be meant.
    [Theory]
    [InlineData("GW1233", "\"targets\": [],", "\"targets\": [ { \"id\": \"pacs\", \"aeTitle\": \"LATER\", \"host\": \"pacs.example\", \"userName\": \"gw\", \"passcode\": \"secret:pacs\" } ],", "/gateway/targets/0/passcode", "in the clear")]
    [InlineData("GW1234", "\"targets\": [],", "\"targets\": [ { \"id\": \"pacs\", \"aeTitle\": \"LATER\", \"host\": \"pacs.example\", \"storageCommitment\": true } ],", "/gateway/targets/0/storageCommitment", "no caller")]
    public void What_may_not_be_meant_is_a_warning_with_its_place(string code, string from, string to, string pointer, string says)
    {
        var reading = Read(Default.Replace(from, to, StringComparison.Ordinal));
        Assert.True(reading.IsValid);
        Assert.Contains(says, reading.Diagnostics.Single(d => d.Code == code && d.Place!.Pointer == pointer).Message, StringComparison.Ordinal);
    }

    private const string Blocked =
        """
        { "firewall": { "outboundDefault": "block", "addressesRefreshedBy": "IT department", "outbound": [
            { "id": "mail", "purpose": "mail", "ports": ["25", "995"] }, { "id": "monitoring", "purpose": "monitoring", "ports": ["8140"] },
            { "id": "dns", "purpose": "dns", "protocol": "udp", "ports": ["53"] }, { "id": "dhcp", "purpose": "dhcp", "protocol": "udp", "ports": ["67"] },
            { "id": "ntp", "purpose": "ntp", "protocol": "udp", "ports": ["123"] }, { "id": "update", "purpose": "update", "ports": ["443"] },
            { "id": "domain", "purpose": "domain", "ports": ["88", "389", "445"] }, { "id": "remote", "purpose": "remoteAccess", "ports": ["7070"] } ] } }
        """;

    // A whole block is valid; each thing that it lacks, or that is set against itself, is named.
    [Theory]
    [InlineData(null, "", "", null)]
    [InlineData("GW1208", "\"purpose\": \"domain\"", "\"purpose\": \"other\"", "/firewall/outboundDefault", "domain")]
    [InlineData("GW1208", "\"purpose\": \"remoteAccess\"", "\"purpose\": \"other\"", "/firewall/outboundDefault", "remoteAccess")]
    [InlineData("GW1208", "\"purpose\": \"dhcp\"", "\"purpose\": \"other\"", "/firewall/outboundDefault", "dhcp")]
    [InlineData("GW1208", "\"purpose\": \"ntp\"", "\"purpose\": \"other\"", "/firewall/outboundDefault", "ntp")]
    [InlineData("GW1208", "\"purpose\": \"update\"", "\"purpose\": \"other\"", "/firewall/outboundDefault", "update")]
    [InlineData("GW1216", "\"addressesRefreshedBy\": \"IT department\",", "", "/firewall/outboundDefault", "addressesRefreshedBy")]
    [InlineData("GW1216", "\"IT department\"", "\" \"", "/firewall/outboundDefault", "stale")]
    [InlineData("GW1217", "\"ports\": [\"123\"]", "\"ports\": [\"123\"], \"program\": \"C:\\\\Windows\\\\System32\\\\svchost.exe\"", "/firewall/outbound/4", "gwctl")]
    [InlineData("GW1217", "\"purpose\": \"ntp\", \"protocol\": \"udp\"", "\"purpose\": \"ntp\", \"protocol\": \"tcp\"", "/firewall/outbound/4", "X-TIME")]
    [InlineData("GW1218", "\"ports\": [\"443\"]", "\"ports\": [\"443\"], \"pinAddresses\": true", "/firewall/outbound/5/pinAddresses", "hosts")]
    [InlineData("GW1218", "\"ports\": [\"443\"]", "\"ports\": [\"443\"], \"hosts\": [\"update.example.org\"]", "/firewall/outbound/5/hosts", "pinAddresses")]
    [InlineData("GW1218", "\"ports\": [\"8140\"]", "\"ports\": [\"8140\"], \"pinAddresses\": true, \"remoteAddresses\": [\"192.0.2.1\"]", "/firewall/outbound/1/remoteAddresses", "pinned")]
    [InlineData("GW1218", "\"outbound\": [", "\"inbound\": [ { \"id\": \"in\", \"ports\": [\"11112\"], \"hosts\": [\"pacs.example.org\"] } ], \"outbound\": [", "/firewall/inbound/0", "remoteAddresses")]
    public void A_block_of_outbound_traffic_leaves_the_ways_out_that_the_machine_needs(string? code, string from, string to, string? pointer, string says = "")
    {
        Assert.Contains(from, Blocked, StringComparison.Ordinal);
        var overlay = from.Length == 0 ? Blocked : Blocked.Replace(from, to, StringComparison.Ordinal);
        var reading = ManifestReader.Read([("appliance.json", Encoding.UTF8.GetBytes(Default)), ("overlay.json", Encoding.UTF8.GetBytes(overlay))], new DateOnly(2026, 11, 24));
        Assert.Equal(code is null, reading.IsValid);
        if (code is null)
            return;
        var found = Assert.Single(reading.Diagnostics, d => d.Severity == Severity.Error);
        Assert.Equal((code, pointer), (found.Code, found.Place!.Pointer));
        Assert.Contains(says, found.Message + found.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pinned_rule_is_about_the_hosts_of_what_it_is_for_or_about_those_that_it_names()
    {
        var appliance = Rehearsed.DefaultAppliance(Blocked
            .Replace("\"ports\": [\"25\", \"995\"]", "\"ports\": [\"25\", \"995\"], \"pinAddresses\": true", StringComparison.Ordinal)
            .Replace("\"ports\": [\"8140\"]", "\"ports\": [\"8140\"], \"pinAddresses\": true", StringComparison.Ordinal)
            .Replace("\"ports\": [\"443\"]", "\"ports\": [\"443\"], \"pinAddresses\": true, \"hosts\": [\"update.example.org\"]", StringComparison.Ordinal));
        string Hosts(string id) => string.Join(' ', appliance.Firewall.Outbound.Single(r => r.Id.Text == id).PinnedHosts(appliance));
        Assert.Equal(string.Join(' ', Enumerable.Range(1, 6).Select(n => $"mail{n}.dicommail.com")), Hosts("mail"));
        Assert.Equal("atlas79.mydhp.de", Hosts("monitoring"));
        Assert.Equal("update.example.org", Hosts("update"));
        Assert.Equal("", Hosts("dns"));
    }

    [Fact]
    public void Text_that_is_not_JSON_is_named_with_line_and_column()
    {
        var reading = Read("{\n  \"formatVersion\": 1,\n  oops\n}");
        var found = Assert.Single(reading.Diagnostics);
        Assert.Equal("GW1001", found.Code);
        Assert.Equal(3, found.Place!.Line);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var reading = Read("""{ "formatVersion": 1, "site": { "nam": "S" }, "gateway": { "aeTitle": "", "dicomPort": 0 }, "remoteAccess": { "kind": "vpn" } }""");
        Assert.Equal(["GW1101", "GW1104", "GW1104", "GW1105", "GW1105", "GW1105"], reading.Diagnostics.Select(d => d.Code).Order());
    }

    [Fact]
    public void An_overlay_changes_what_it_names_and_its_mistakes_are_found_in_its_own_file()
    {
        var good = Read(Default, """{ "site": { "name": "St. Example" }, "backup": { "keepDays": 9 } }""");
        Assert.Equal("St. Example", good.Appliance!.Site.Name);
        Assert.Equal(9, good.Appliance.Backup.KeepDays);
        Assert.Equal("02:30", good.Appliance.Backup.At.Text);

        var bad = Read(Default, "{\n  \"backup\": { \"keepDays\": 0 }\n}");
        var found = Assert.Single(bad.Diagnostics);
        Assert.Equal(("site.json", 2), (found.Place!.File, found.Place.Line));
    }

    [Fact]
    public void A_dependency_on_nothing_is_named_at_the_entry_that_has_it()
    {
        var reading = Read(Default, """
            { "folders": [
                { "id": "images", "path": "E:\\VISUS\\images", "access": "serviceModifies", "dependsOn": ["folder/nowhere"] },
                { "id": "visus", "path": "D:\\VISUS", "access": "databaseModifies" },
                { "id": "database", "path": "D:\\mariaDB", "access": "databaseModifies" } ] }
            """);
        Assert.True(reading.IsValid);
        var found = Assert.Single(ResourceGraph.Build(reading.Appliance, reading.PlaceOf, out var graph));
        Assert.Null(graph);
        Assert.Equal("GW1222", found.Code);
        Assert.Contains("folder/nowhere", found.Message, StringComparison.Ordinal);
        Assert.Equal("/folders/0/dependsOn", found.Place!.Pointer);
    }

    [Theory]
    [InlineData("D:\\\\VISUS\\\\config\\\\database", "databaseReads", "/gateway/configFolder", "configuration file")]
    [InlineData("D:\\\\VISUS\\\\MariaDB", "databaseReads", "/database/programFolder", "program folder")]
    [InlineData("D:\\\\mariaDB", "databaseModifies", "/database/dataFolder", "data folder")]
    public void A_database_that_could_not_reach_its_files_is_refused(string path, string access, string pointer, string what)
    {
        var shut = Default.Replace($"\"path\": \"{path}\", \"access\": \"{access}\"", $"\"path\": \"{path}\", \"access\": \"serviceReads\"", StringComparison.Ordinal);
        Assert.NotEqual(Default, shut);
        var found = Assert.Single(Read(shut).Diagnostics);
        Assert.Equal(("GW1215", pointer), (found.Code, found.Place!.Pointer));
        Assert.Contains(what, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_of_dependencies_is_named_link_by_link()
    {
        var reading = Read(Default, """
            { "registry": [
                { "id": "a", "key": "SOFTWARE\\Site", "name": "A", "text": "1", "dependsOn": ["registry-value/b"] },
                { "id": "b", "key": "SOFTWARE\\Site", "name": "B", "text": "2", "dependsOn": ["registry-value/a"] } ] }
            """);
        var found = Assert.Single(ResourceGraph.Build(reading.Appliance!, reading.PlaceOf, out var graph));
        Assert.Null(graph);
        Assert.Equal("GW1223", found.Code);
        Assert.Contains("registry-value/a -> registry-value/b -> registry-value/a", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ended_attestation_or_waiver_is_a_warning()
    {
        var reading = Read(Default, """{ "waivers": [ { "control": "HW-1", "owner": "IT", "reason": "small", "until": "2026-01-01" } ] }""");
        Assert.True(reading.IsValid);
        var found = Assert.Single(reading.Diagnostics);
        Assert.Equal(("GW1211", Severity.Warning), (found.Code, found.Severity));
    }

    [Theory]
    [InlineData("50 GB", 50_000_000_000)]
    [InlineData("24 GiB", 25_769_803_776)]
    [InlineData("0.5 TB", 500_000_000_000)]
    public void Sizes_have_their_units(string text, long bytes) => Assert.Equal(bytes, ByteSize.Of(text).Bytes);

    [Theory]
    [InlineData(@"D:\VISUS", true)]
    [InlineData(@"d:\visus\", true)]
    [InlineData(@"D:\", true)]
    [InlineData(@"D:VISUS", false)]
    [InlineData(@"\\server\share", false)]
    [InlineData(@"D:\VISUS\..\x", false)]
    [InlineData(@"D:\VISUS \x", false)]
    [InlineData(@"D:\VISUS?", false)]
    [InlineData(@"D:/VISUS", false)]
    public void Paths_are_absolute_and_plain(string text, bool valid) => Assert.Equal(valid, WindowsPath.TryRead(text, out _));

    [Fact]
    public void Paths_are_compared_as_NTFS_does()
    {
        Assert.Equal(WindowsPath.Of(@"D:\VISUS"), WindowsPath.Of(@"d:\visus\"));
        Assert.True(WindowsPath.Of(@"D:\").Contains(WindowsPath.Of(@"d:\x\y")));
        Assert.False(WindowsPath.Of(@"D:\VISUS").Contains(WindowsPath.Of(@"D:\VISUSX")));
    }

    [Fact]
    public void A_merge_patch_does_what_RFC_7396_shows()
    {
        // Appendix A of the RFC.
        foreach (var (target, patch, result) in new[]
        {
            ("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"), ("{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"), ("{\"a\":\"b\"}", "{\"a\":null}", "{}"),
            ("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"), ("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"), ("{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"),
            ("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"), ("[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"), ("{\"a\":\"foo\"}", "\"bar\"", "\"bar\""),
            ("{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"), ("[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"), ("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"),
        })
        {
            var merged = MergePatch.Apply(System.Text.Json.Nodes.JsonNode.Parse(target), System.Text.Json.Nodes.JsonNode.Parse(patch));
            Assert.Equal(result, merged!.ToJsonString());
        }
    }

    private static ManifestReading Read(string text, string? overlay = null)
    {
        List<(string, byte[])> texts = [("appliance.json", Encoding.UTF8.GetBytes(text))];
        if (overlay is not null)
            texts.Add(("site.json", Encoding.UTF8.GetBytes(overlay)));
        return ManifestReader.Read(texts, new DateOnly(2026, 11, 24));
    }
}
