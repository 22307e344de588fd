using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dicom.Coercion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Provisioning.Tests.Checking;
using Gateway.Service.Tests.Alarming;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>
/// Whom monitoring and those who help a site hear of: nobody (MON-3). Patients come in images, in what a PACS answers, and in a file that is none; users in what Windows says of the machine and in
/// the manifest; a secret in the machine's store.
/// </summary>
public sealed class NamesTests
{
    private const string Patient = "Zwiebelfisch^Quirina";
    private const string Number = "PAT-8157-QX";
    private const string Account = @"KLINIK\o.haselhuhn";
    private const string Attesting = "Ottokar Haselhuhn";
    private const string Secret = "kaninchen-4711";

    // Any of them, however it is written.
    private static readonly string[] Names = ["Zwiebelfisch", "Quirina", Number, "Haselhuhn", "Ottokar", Secret];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_check_no_metric_no_log_and_no_archive_for_support_names_a_patient_a_user_or_a_secret()
    {
        using var site = new Site();
        await using var pacs = new RefusingPacs($"no order for {Patient}");
        site.WriteOverlay(new JsonObject
        {
            ["gateway"] = JsonNode.Parse($$"""{ "completion": { "seriesSeconds": 2, "studySeconds": 4 }, "targets": [ { "id": "archive", "aeTitle": "ARCHIVE", "host": "127.0.0.1", "port": {{pacs.Port}} } ], "routes": [ { "id": "all", "to": ["archive"] } ] }"""),
            ["monitoring"] = JsonNode.Parse("""{ "registration": "secret:of-the-agent" }"""),
        });
        await File.WriteAllTextAsync(site.Manifest, (await File.ReadAllTextAsync(site.Manifest, Cancellation)).Replace("\"Example hospital, IT network\"", $"\"{Attesting}\"", StringComparison.Ordinal), Cancellation);
        await File.WriteAllTextAsync(site.PathOf("secret"), Secret, Cancellation);
        (await CommandLine.RunProgramAsync("/bin/sh", ["-c", $"exec \"{CommandLine.Program}\" secret of-the-agent \"{site.Manifest}\" --overlay \"{site.Overlay}\" --root \"{site.Root}\" < \"{site.PathOf("secret")}\""])).With(0);
        using var served = await ServedRehearsal.StartAsync(site);
        Assert.True(served.Endpoints.GetProperty("passed").GetBoolean(), served.Endpoints.ToString());
        await StoreAsync(site, Named(1));
        await StoreAsync(site, Named(1));
        await StoreAsync(site, [.. Named(1)[..^1], (byte)(Named(1)[^1] ^ 1)]); // other pixels
        await StoreAsync(site, Named(2)[..^7]); // no whole file
        UserStandsInMachine(site);
        var letters = "";
        while (!letters.Contains(" C000 ", StringComparison.Ordinal) && !served.Process.HasExited)
            letters = (await CommandLine.RunAsync("gateway", "dead-letters", site.Manifest, "--overlay", site.Overlay, "--root", site.Root)).With(0).Output;

        var report = (await site.RunAsync("report", "--json")).Json().GetProperty("json").GetString()!;
        Assert.Contains("haselhuhn", await File.ReadAllTextAsync(report, Cancellation), StringComparison.OrdinalIgnoreCase); // so that it could be told
        var archive = site.PathOf("support.zip");
        var page = (await site.RunAsync("doctor", "--bundle", archive)).With(3).Output;
        Assert.Contains("images for archive are not sent again by themselves: C000 ", page, StringComparison.Ordinal);

        var checks = (await site.RunAsync("check")).With(0).Output;
        Assert.All(checks.TrimEnd('\n').Split('\n'), line => Assert.Null(LocalCheckFormat.WhatIsWrong(line)));
        Assert.StartsWith("1 ", checks.Split('\n').Single(line => line.Contains("\"DICOM-Mail dead letters\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("1 ", checks.Split('\n').Single(line => line.Contains("\"DICOM-Mail drift\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        using var http = new HttpClient();
        Says("the checks", checks);
        Says("status", (await site.RunAsync("status")).With(0).Output);
        Says("logs", (await site.RunAsync("logs")).With(0).Output);
        Says("the metrics", await http.GetStringAsync(new Uri($"http://127.0.0.1:{site.HealthPort}/metrics"), Cancellation));
        Says("the health", await (await http.GetAsync(new Uri($"http://127.0.0.1:{site.HealthPort}/health"), Cancellation)).Content.ReadAsStringAsync(Cancellation));
        Says("the agent's file", await File.ReadAllTextAsync(Path.Combine(site.Root, "C", "ProgramData", "checkmk", "agent", "check_mk.user.yml"), Cancellation));
        using (var zip = ZipFile.OpenRead(archive))
        {
            Assert.Equal(["README.txt", "checks.txt", "controls.json", "facts.json", "findings.json", "log.txt", "manifest.json", "runs.json"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
            foreach (var entry in zip.Entries)
            {
                using var text = new StreamReader(entry.Open());
                Says(entry.FullName, await text.ReadToEndAsync(Cancellation));
            }

            using var findings = new StreamReader(zip.GetEntry("findings.json")!.Open());
            Assert.Matches("[12] images for archive are not sent again by themselves: C000\"", await findings.ReadToEndAsync(Cancellation));
            using var log = new StreamReader(zip.GetEntry("log.txt")!.Open());
            Assert.Contains("GW8001 archive: ", await log.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        }

        await Signals.SendAsync(served.Process.Id, "INT");
        await served.EndAsync();
    }

    private static void Says(string where, string text)
    {
        Assert.NotEmpty(text);
        Assert.All(Names, name => Assert.False(text.Contains(name, StringComparison.OrdinalIgnoreCase), $"{where} has {name}: {text}"));
    }

    private static void UserStandsInMachine(Site site)
    {
        var file = Path.Combine(site.Root, "machine.json");
        var machine = JsonNode.Parse(File.ReadAllText(file))!;
        machine["services"]!.AsArray().Single(service => (string?)service!["name"] == "DicomMailMariaDB")!["account"] = Account;
        machine["time"]!["source"] = "pc-of-haselhuhn.example";
        File.WriteAllText(file, machine.ToJsonString());
    }

    private static async Task StoreAsync(Site site, byte[] file)
    {
        var path = site.PathOf("image.dcm");
        await File.WriteAllBytesAsync(path, file, Cancellation);
        await Dcmtk.RunAsync("storescu", ["-aet", "PACS", "-aec", "DICOMMAIL", "127.0.0.1", $"{site.DicomPort}", path], Cancellation);
    }

    private static byte[] Named(int number)
    {
        using var named = new MemoryStream();
        new InstanceCoercion([new AttributeChange.Replace(new Tag(0x0010, 0x0010), Patient), new AttributeChange.Replace(new Tag(0x0010, 0x0020), Number)], "PACS", "", DateTimeOffset.UnixEpoch)
            .Apply(new MemoryStream(new CtPhantom(number).ToFile()), named, DataSetLimits.Default, Cancellation);
        Assert.True(named.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(Patient)) > 0);
        return named.ToArray();
    }
}
