using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Pop3;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.PrivateServers;
using MailKit.Net.Smtp;
using MimeKit;

namespace Gateway.Bench;

/// <summary>Mails of 20 MB to the rig's Postfix and from its Dovecot: by our transport, and by MailKit as it is meant to be used, in turn, in the same run.</summary>
internal static class Relaying
{
    private const int Bytes = 20_000_000;
    private const int Runs = 9;
    private static readonly Envelope ToB = new("gw@site-a.test", "gw@site-b.test");

    public static async Task<int> MeasureAsync(CancellationToken cancel)
    {
        if (MailNetwork.WhyNot is { } reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 1;
        }

        await using var network = await MailNetwork.StartAsync();
        var folder = Directory.CreateTempSubdirectory("gateway-bench-relay-").FullName;
        try
        {
            var path = Path.Combine(folder, "mail");
            await File.WriteAllTextAsync(path, Message(), cancel);
            await using var relay = new SmtpRelay(new([new(MailNetwork.Host(1), network.SmtpPorts[0], 0, IPAddress.Loopback)], Trust(network, network.SiteA)), TimeProvider.System);
            using var client = await MailKitPeer.SmtpAsync(network, cancel);
            var sending = new Figures();
            var fetching = new Figures();
            for (var run = 0; run <= Runs; run++)
            {
                var ours = await Figures.OfAsync(() => relay.SendAsync(ToB, path, cancel));
                await network.UntilDeliveredAsync(cancel); // the relay's own work is nobody's
                var theirs = await Figures.OfAsync(() => SendAsync(client, path, cancel));
                await network.UntilDeliveredAsync(cancel);

                // Two mails are there: one for each.
                var fetched = await Figures.OfAsync(() => FetchOneAsync(network, Path.Combine(folder, "ours"), cancel));
                var fetchedBy = await Figures.OfAsync(() => FetchByMailKitAsync(network, Path.Combine(folder, "theirs"), cancel));
                if (run == 0)
                    continue; // warms up
                sending.Add(ours, theirs);
                fetching.Add(fetched, fetchedBy);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| mails of {Bytes / 1_000_000} MB, median of {Runs} | gateway, MB/s | MailKit, MB/s | of MailKit | gateway allocates | MailKit allocates |"));
            Console.WriteLine("|---|---|---|---|---|---|");
            Console.WriteLine(sending.Row("sending to Postfix"));
            Console.WriteLine(fetching.Row("fetching from Dovecot"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Message()
    {
        var text = new StringBuilder("From: gw@site-a.test\r\nTo: gw@site-b.test\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@site-a.test>\r\nSubject: DICOM-eMail\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var line = new byte[57];
        for (var random = new Random(1); text.Length < Bytes;)
        {
            random.NextBytes(line);
            text.Append(Convert.ToBase64String(line)).Append("\r\n");
        }

        return text.ToString();
    }

    private static NetworkTrust Trust(MailNetwork network, X509Certificate2 own) => new([network.Authority.Sha256], [network.Authority.Certificate], own);

    private static async Task SendAsync(SmtpClient client, string path, CancellationToken cancel)
    {
        using var message = await MimeMessage.LoadAsync(path, cancel);
        await client.SendAsync(message, MailboxAddress.Parse(ToB.Sender!), [MailboxAddress.Parse(ToB.Recipient)], cancel);
    }

    private static async Task FetchOneAsync(MailNetwork network, string to, CancellationToken cancel)
    {
        var settings = new Pop3MailboxSettings(new(MailNetwork.Host(1), 0, network.Pop3sPort, IPAddress.Loopback), ToB.Recipient, Trust(network, network.SiteB)) { LongestPoll = TimeSpan.Zero };
        var kept = await new Pop3Mailbox(settings, TimeProvider.System).PollAsync(
            async (mail, stop) =>
            {
                await using var file = File.Create(to);
                await mail.CopyToAsync(file, stop);
            },
            cancel);
        if (kept != 1 || new FileInfo(to).Length < Bytes)
            throw new InvalidOperationException("no mail was fetched");
    }

    private static async Task FetchByMailKitAsync(MailNetwork network, string to, CancellationToken cancel)
    {
        using var client = await MailKitPeer.Pop3Async(network, ToB.Recipient, cancel);
        await client.TakeAsync(0, to, cancel);
        await client.DisconnectAsync(quit: true, cancel);
    }

    private sealed class Figures
    {
        private readonly List<(double Seconds, long Allocated)> ours = [];
        private readonly List<(double Seconds, long Allocated)> theirs = [];

        public static async Task<(double Seconds, long Allocated)> OfAsync(Func<Task> act)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var clock = Stopwatch.StartNew();
            await act();
            return (clock.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        public void Add((double Seconds, long Allocated) our, (double Seconds, long Allocated) their)
        {
            ours.Add(our);
            theirs.Add(their);
        }

        public string Row(string work)
        {
            var (we, they) = (Speed(ours), Speed(theirs));
            return string.Create(CultureInfo.InvariantCulture, $"| {work} | {we:0.0} | {they:0.0} | {we / they:0.00} | {Allocated(ours):0.0} MB | {Allocated(theirs):0.0} MB |");
        }

        private static double Speed(List<(double Seconds, long Allocated)> runs) => Bytes / 1e6 / runs.Select(run => run.Seconds).Order().ElementAt(runs.Count / 2);

        private static double Allocated(List<(double Seconds, long Allocated)> runs) => runs.Select(run => run.Allocated).Order().ElementAt(runs.Count / 2) / 1e6;
    }
}
