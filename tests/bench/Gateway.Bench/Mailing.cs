using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Gateway.Service.Partnering;
using Gateway.Wine.Tests;
using MimeKit;

namespace Gateway.Bench;

/// <summary>
/// The whole line: from the first C-STORE at one gateway, over the rig's Postfix and Dovecot, to the last image at the other's PACS (storescp); beside it
/// what the relay alone carries, with MailKit sending mails of the same lengths and fetching them as they come. A slow line, an emergency behind a backlog, and memory.
/// </summary>
internal static class Mailing
{
    private const int Images = 500;
    private const int Runs = 3;
    private const int EmergencyImages = 300;
    private const double ImageBytes = 525_000;
    private const double LineBits = 20e6;

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(30);

    /// <summary>Measures and prints.</summary>
    /// <param name="gigabytes">The backlog that an emergency has to pass, in 10⁹ bytes.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<int> MeasureAsync(int gigabytes, CancellationToken cancel)
    {
        if (MailNetwork.WhyNot is { } reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 1;
        }

        var root = Directory.CreateDirectory(Path.Combine(Tools.Root, "artifacts", "bench-mail")).FullName;
        try
        {
            await LineAsync(root, cancel);
            await SlowAsync(root, cancel);
            await EmergencyAsync(root, gigabytes, cancel);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task LineAsync(string root, CancellationToken cancel)
    {
        await using var line = await Line.StartAsync(Path.Combine(root, "line"), [], cancel);
        await using var relay = await MailNetwork.StartAsync(); // whose mailboxes no gateway looks into
        var (ours, theirs) = (new List<double>(), new List<double>());
        var wire = 0L;
        for (var run = 0; run <= Runs; run++)
        {
            var before = line.PackedBytes.Count;
            var seconds = await line.CarryAsync(Images, "TO_PARTNER", cancel);
            await line.UntilAcknowledgedAsync(cancel);
            List<long> mails = [.. line.PackedBytes.Skip(before)];
            var alone = await RelayAloneAsync(relay, mails, root, cancel);
            if (run == 0)
                continue; // warms up
            ours.Add(seconds);
            theirs.Add(alone);
            wire = mails.Sum();
        }

        var (we, they) = (Median(ours), Median(theirs));
        var peaks = (line.A.PeakBytes / 1e6, line.B.PeakBytes / 1e6);
        await line.CarryAsync(2 * Images, "TO_PARTNER", cancel);
        Console.WriteLine($"| {Images} CT, {Images * ImageBytes / 1e6:0} MB, median of {Runs} | gateway to gateway, s | the relay alone, s | share of it | wire / DICOM | peak memory A, B, MB | after a study twice as large |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| A's C-STORE to B's PACS | {we:0.00} | {they:0.00} | {they / we:0.00} | {wire / (Images * ImageBytes):0.000} | {peaks.Item1:0}, {peaks.Item2:0} | {line.A.PeakBytes / 1e6:0}, {line.B.PeakBytes / 1e6:0} |"));
    }

    private static async Task SlowAsync(string root, CancellationToken cancel)
    {
        List<SlowLine> lines = [];
        await using var line = await Line.StartAsync(
            Path.Combine(root, "slow"), port => { lines.Add(SlowLine.To(port, LineBits, RoundTrip)); return lines[^1].Port; }, cancel);
        await line.CarryAsync(20, "TO_PARTNER", cancel); // warms up
        await line.UntilAcknowledgedAsync(cancel);
        var before = line.PackedBytes.Count;
        var seconds = await line.CarryAsync(Images, "TO_PARTNER", cancel);
        var bytes = line.PackedBytes.Skip(before).Sum();
        Console.WriteLine("| 20 Mbit/s and 30 ms to the relay | mails, MB | s | of the line |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Images} CT | {bytes / 1e6:0} | {seconds:0.0} | {bytes * 8 / LineBits / seconds:0.00} |"));
        foreach (var one in lines)
            await one.DisposeAsync();
    }

    private static async Task EmergencyAsync(string root, int gigabytes, CancellationToken cancel)
    {
        List<Door> doors = [];
        await using var line = await Line.StartAsync(Path.Combine(root, "emergency"), port => { doors.Add(Door.To(port)); return doors[^1].Port; }, cancel);
        List<double> empty = [], behind = [];
        for (var run = 0; run <= Runs; run++)
        {
            var seconds = await line.CarryAsync(EmergencyImages, "EMERGENCY", cancel);
            if (run > 0)
                empty.Add(seconds);
        }

        doors.ForEach(door => door.Cut());
        for (var study = 0; study < gigabytes * 1e9 / ImageBytes / Images; study++)
            await line.StoreAsync(Images, "TO_PARTNER", cancel);
        doors.ForEach(door => door.Open());
        for (var run = 0; run < Runs; run++)
            behind.Add(await line.CarryAsync(EmergencyImages, "EMERGENCY", cancel));
        Console.WriteLine($"| emergency study of {EmergencyImages} CT, median of {Runs}, s | on an empty queue | behind {gigabytes} GB | ratio |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| A's C-STORE to B's PACS | {Median(empty):0.00} | {Median(behind):0.00} | {Median(behind) / Median(empty):0.00} |"));
        foreach (var door in doors)
            await door.DisposeAsync();
    }

    // Mails of the same lengths, as MailKit is meant to be used: one connection sends, another fetches what has come.
    private static async Task<double> RelayAloneAsync(MailNetwork network, IReadOnlyList<long> lengths, string root, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "alone")).FullName;
        List<string> paths = [];
        foreach (var (index, length) in lengths.Index())
        {
            paths.Add(Path.Combine(folder, $"{index}.eml"));
            await File.WriteAllTextAsync(paths[^1], MailOf(length), cancel);
        }

        using var client = await MailKitPeer.SmtpAsync(network, cancel);
        var clock = Stopwatch.StartNew();
        var fetching = Task.Run(() => FetchAllAsync(network, lengths.Count, Path.Combine(folder, "fetched"), cancel), cancel);
        foreach (var path in paths)
        {
            using var message = await MimeMessage.LoadAsync(path, cancel);
            await client.SendAsync(message, MailboxAddress.Parse("gw@site-a.test"), [MailboxAddress.Parse("gw@site-b.test")], cancel);
        }

        await fetching;
        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(folder, recursive: true);
        return seconds;
    }

    private static async Task FetchAllAsync(MailNetwork network, int mails, string to, CancellationToken cancel)
    {
        for (var fetched = 0; fetched < mails;)
        {
            using var client = await MailKitPeer.Pop3Async(network, "gw@site-b.test", cancel);
            for (var index = 0; index < client.Count; index++, fetched++)
                await client.TakeAsync(index, to, cancel);
            await client.DisconnectAsync(quit: true, cancel);
        }
    }

    private static string MailOf(long bytes)
    {
        var text = new StringBuilder("From: gw@site-a.test\r\nTo: gw@site-b.test\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nSubject: DICOM-eMail\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        while (text.Length < bytes)
            text.Append(Convert.ToBase64String(RandomNumberGenerator.GetBytes(57))).Append("\r\n");
        return text.ToString();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Two gateways, the mail network between them, and the PACS of the second.</summary>
    private sealed class Line(MailNetwork network, Receiver a, Receiver b, Receiver pacs, string root) : IAsyncDisposable
    {
        private const string First = "gw@site-a.test";
        private const string Second = "gw@site-b.test";

        public Receiver A => a;

        public Receiver B => b;

        /// <summary>The lengths of the messages that the first gateway has packed.</summary>
        public IReadOnlyList<long> PackedBytes => [.. EventsOf(a, "packed").Select(what => (long)what["bytes"]!)];

        public static async Task<Line> StartAsync(string root, Func<int, int> way, CancellationToken cancel)
        {
            var network = await MailNetwork.StartAsync();
            var pacsPort = Receiver.FreePort();
            var pacs = await Receiver.StorescpAsync(root, pacsPort);
            var a = await GatewayAsync(Path.Combine(root, "a"), First, network, network.SiteA, [way(network.SmtpPorts[0])], null);
            var b = await GatewayAsync(Path.Combine(root, "b"), Second, network, network.SiteB, [network.SmtpPorts[0]], pacsPort);
            Introduce(a, First, b, Second);
            await Task.Delay(1000, cancel);
            return new Line(network, a, b, pacs, root);
        }

        public static Task<Line> StartAsync(string root, int[] none, CancellationToken cancel) => StartAsync(root, port => port, cancel);

        /// <summary>Sends a study to the first gateway.</summary>
        public async Task<long> StoreAsync(int images, string called, CancellationToken cancel)
        {
            var folder = Path.Combine(root, "study");
            var study = CtStudy.Write([folder], images).Study;
            await Receiving.StoreAsync(a, folder, cancel, called);
            return study;
        }

        /// <summary>Sends a study, and waits until the PACS of the second has all of it.</summary>
        /// <returns>The seconds from the first C-STORE to then.</returns>
        public async Task<double> CarryAsync(int images, string called, CancellationToken cancel)
        {
            var folder = Path.Combine(root, "study");
            var study = CtStudy.Write([folder], images).Study;
            await Tools.MustAsync("sync", [], cancel);
            var clock = Stopwatch.StartNew();
            await Receiving.StoreAsync(a, folder, cancel, called);
            while (Directory.EnumerateFiles(pacs.Folder, $"*{CtStudy.InstanceRootOf(study)}.*").Count() < images)
                await Task.Delay(20, cancel);
            var seconds = clock.Elapsed.TotalSeconds;
            foreach (var file in Directory.GetFiles(pacs.Folder, $"*{CtStudy.InstanceRootOf(study)}.*"))
                File.Delete(file);
            return seconds;
        }

        /// <summary>Waits until each message has its answer.</summary>
        public async Task UntilAcknowledgedAsync(CancellationToken cancel)
        {
            while (EventsOf(a, "acknowledged").Count() < PackedBytes.Count)
                await Task.Delay(200, cancel);
        }

        public async ValueTask DisposeAsync()
        {
            a.Dispose();
            b.Dispose();
            pacs.Dispose();
            await network.DisposeAsync();
            Directory.Delete(root, recursive: true);
        }

        private static Task<Receiver> GatewayAsync(string root, string address, MailNetwork network, X509Certificate2 certificate, IReadOnlyList<int> relays, int? pacs) =>
            Receiver.GatewayAsync(Directory.CreateDirectory(root).FullName, text =>
            {
                var configuration = JsonNode.Parse(text)!.AsObject();
                var mail = configuration["mail"]!;
                (mail["transport"], mail["address"], mail["account"]) = ("servers", address, address);
                mail["servers"] = new JsonArray([.. relays.Select((port, index) => (JsonNode)new JsonObject
                {
                    ["host"] = MailNetwork.Host(index + 1), ["smtpPort"] = port, ["pop3sPort"] = network.Pop3sPort, ["address"] = "127.0.0.1",
                })]);
                mail["authoritySha256"] = Convert.ToHexStringLower(network.Authority.Sha256.Span);
                (mail["authorityFile"], mail["certificateFile"]) = (@"D:\VISUS\data\authority.pem", @"D:\VISUS\data\site.pem");
                configuration["targets"]!["partners"] = new JsonArray(new JsonObject { ["id"] = "other", ["virtualAeTitle"] = "TO_PARTNER" });
                var completion = configuration["completion"]!;
                (completion["seriesSeconds"], completion["studySeconds"], completion["forcedSeconds"]) = (0, 1, 1); // what has arrived is on its way after a second
                var routes = configuration["routes"]!.AsArray();
                if (pacs is { } port)
                {
                    configuration["targets"]!["dicom"] = JsonNode.Parse($$"""
                        [ { "id": "pacs", "aeTitle": "STORESCP", "host": "127.0.0.1", "port": {{port}}, "patientIdPrefix": "", "patientIdIssuer": "", "accessionPrefix": "", "accessionIssuer": "", "storageCommitment": false, "commitmentMinutes": 60, "tls": { "certificateFile": "", "keyFile": "", "keyPasswordFile": "", "certificateSubject": "", "authorityFile": "", "checkPeer": true }, "userName": "", "passcodeFile": "", "maximumOperations": 1, "patientIdTable": "", "accessionTable": "", "unmapped": "deadLetter" } ]
                        """);
                    routes.Add(Route("all", "", "pacs"));
                }
                else
                {
                    routes.Add(Route("emergency", "EMERGENCY", "other"));
                }

                var data = Path.Combine(root, "gateway", "D", "VISUS", "data");
                File.WriteAllText(Path.Combine(data, "authority.pem"), network.Authority.Certificate.ExportCertificatePem());
                File.WriteAllText(Path.Combine(data, "site.pem"), certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
                return configuration.ToJsonString();
            });

        private static JsonObject Route(string id, string called, string to) => new()
        {
            ["id"] = id, ["calledAeTitle"] = called, ["callingAeTitle"] = "", ["modality"] = "", ["description"] = "", ["bodyPart"] = "", ["from"] = "", ["until"] = "",
            ["to"] = new JsonArray(to), ["priority"] = "normal",
        };

        private static void Introduce(Receiver a, string first, Receiver b, string second)
        {
            var (ours, theirs) = (KeyOf(a, first), KeyOf(b, second));
            Enter(a, ours, second, theirs);
            Enter(b, theirs, first, ours);
        }

        private static OwnKey KeyOf(Receiver gateway, string address)
        {
            var key = OwnKey.Generate(KeyAlgorithm.Curve25519, $"Bench <{address}>", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(30));
            Folders(gateway).Keep(key);
            return key;
        }

        private static void Enter(Receiver gateway, OwnKey own, string address, OwnKey other)
        {
            Folders(gateway).Accept(other.Public);
            Folders(gateway).Write(
                new PartnerDirectory([new Partner { Id = "other", Name = "other", Addresses = [address], Keys = [other.Fingerprint], Receipts = ReceiptKind.Signed, ReceiptMeans = ReceiptMeaning.Pacs }]),
                own, DateTimeOffset.UtcNow);
        }

        private static CorrespondentsFolders Folders(Receiver gateway)
        {
            var data = Path.Combine(gateway.Folder, "D", "VISUS", "data");
            return new CorrespondentsFolders(Path.Combine(data, "keys"), Path.Combine(data, "partners"), new MachineProtection());
        }

        private static IEnumerable<JsonNode> EventsOf(Receiver gateway, string name)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(gateway.Folder, "E", "VISUS", "images", "ledger")).Order(StringComparer.Ordinal))
            {
                using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                while (reader.ReadLine() is { } line)
                {
                    if (line.Contains($"\"event\":\"{name}\"", StringComparison.Ordinal) && line.Contains('\t', StringComparison.Ordinal))
                        yield return JsonNode.Parse(line.Split('\t')[0])!["what"]!;
                }
            }
        }
    }
}
