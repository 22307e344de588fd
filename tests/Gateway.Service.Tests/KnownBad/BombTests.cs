using System.IO.Compression;
using System.Text;
using Gateway.DicomMail.OpenPgp;
using Gateway.Service.Tests.Running;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;
using Xunit;
using Compression = Gateway.DicomMail.OpenPgp.Compression;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Small mails that would be large: each is stopped before it takes memory or disk, and the next mail is taken.</summary>
[Collection(KnownBadMail.Name)]
public sealed class BombTests(FedGateway gateway)
{
    private const long MostMemory = 700 << 20;

    [Fact(Explicit = true)]
    public async Task Mails_that_are_larger_inside_than_outside_are_refused()
    {
        List<(string Mail, string Reason)> laid =
        [
            (gateway.Lay(Headers(Nested(1000, "outside"))), "neither encrypted"),
            (gateway.Lay(Headers(MimeText.Multipart("multipart/mixed", Enumerable.Repeat(MimeText.Entity("", []), 100_000)))), "neither encrypted"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, Nested(1000, "inside"))), "nested"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, MimeText.Multipart("multipart/mixed", Enumerable.Repeat(MimeText.Entity("Content-Type: text/plain", []), 100_000)))), "more than 10000 parts"),
            (gateway.Lay(Nesting(200, 1)), "not signed"),
            (gateway.Lay(Nesting(200, 2)), "expands"),
            (gateway.Lay(Nesting(1, 6)), "compressed more than"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, Zipped(100_000, _ => "a", []))), "more than 10000 parts"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, Zipped(3, _ => "zeros", new byte[50 << 20]))), "neither an image"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, MimeText.Multipart("multipart/mixed", MimeText.Part("application/zip", [.. "PK\x03\x04"u8, .. new byte[500]])))), "ZIP"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, MimeText.Multipart("multipart/mixed", MimeText.Part("application/zip", Zip(1, _ => "cut", gateway.NewImage().ToFile())[..^40])))), "ZIP"),
            (gateway.Lay([.. Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("X-Header: a value\r\n", 1_000_000))), .. gateway.North.Study(gateway, gateway.NewImage())]), "headers"),
            (gateway.Lay([.. Encoding.Latin1.GetBytes($"X-Header: {new string('x', 100_000_000)}\r\n"), .. gateway.North.Study(gateway, gateway.NewImage())]), "headers"),
            (gateway.Lay([.. MimeText.Lines("X-Header: "), .. Enumerable.Repeat((byte)'x', 20_000_000)]), "headers"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, content => content.Write(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("X-Header: a value\r\n", 1_000_000)))))), "headers"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, content => content.Write(Encoding.Latin1.GetBytes($"X-Header: {new string('x', 50_000_000)}")))), "headers"),
        ];
        foreach (var (mail, reason) in laid)
            await gateway.IsRefusedAsync(mail, reason);
        Assert.InRange(await MemoryAsync(), 1, MostMemory);
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task Names_in_a_ZIP_file_lead_nowhere()
    {
        string[] names = ["../../../escaped.dcm", "/escaped.dcm", @"..\..\escaped.dcm", @"C:\escaped.dcm", "same.dcm", "same.dcm", "DICOM/0001", "con", ""];
        var images = names.Select(_ => gateway.NewImage()).ToList();
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, image) in names.Zip(images))
            {
                using var entry = archive.CreateEntry(name.Length == 0 ? "noname" : name).Open();
                entry.Write(image.ToFile());
            }
        }

        var mail = gateway.Lay(gateway.North.Sealed(gateway.Site, MimeText.Multipart("multipart/mixed", MimeText.Part("application/zip; name=\"DICOM.ZIP\"", zip.ToArray()))));

        await gateway.SaysAsync("opened", mail);
        await gateway.AreThereOnceAsync(images);
        Assert.Empty(Directory.GetFiles(gateway.Site.Gateway.Root, "*escaped*", SearchOption.AllDirectories));
        await gateway.GoesOnAsync();
    }

    [Fact(Explicit = true)]
    public async Task A_gigabyte_in_a_megabyte_is_refused()
    {
        List<(string Mail, string Reason)> laid =
        [
            (gateway.Lay(Nesting(1024, 1)), "not signed"),
            (gateway.Lay(Nesting(1024, 2)), "expands"),
            (gateway.Lay(gateway.North.Sealed(gateway.Site, Zipped(1, _ => "zeros", new byte[1 << 30]))), "neither an image"),
        ];
        var zeros = gateway.Lay(gateway.North.Sealed(gateway.Site, content =>
        {
            content.Write("Content-Type: application/octet-stream\r\n\r\n"u8);
            Zeros(content, 1024);
        }, compression: Compression.Fast));
        foreach (var (mail, reason) in laid)
            await gateway.IsRefusedAsync(mail, reason);
        var document = (string?)(await gateway.SaysAsync("opened", zeros))["documents"]![0]!["name"];
        await Eventually.HoldsAsync(() => gateway.Site.Events("documentSetAside").Any(line => (string?)line["document"] == document));
        Assert.InRange(await MemoryAsync(), 1, MostMemory);
        await gateway.GoesOnAsync();
    }

    private byte[] Headers(byte[] entity) => [.. MimeText.Lines($"From: <{gateway.North.Address}>\nTo: <{gateway.Site.Address}>\nMIME-Version: 1.0\n"), .. entity];

    private static byte[] Nested(int levels, string text)
    {
        var entity = new StringBuilder();
        for (var level = 0; level < levels; level++)
            entity.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"b{level}\"\n\n--b{level}\n");
        return MimeText.Lines($"{entity}Content-Type: text/plain\n\n{text}\n");
    }

    private static byte[] Zipped(int entries, Func<int, string> name, byte[] content) => MimeText.Multipart("multipart/mixed", MimeText.Part("application/zip", Zip(entries, name, content)));

    private static byte[] Zip(int entries, Func<int, string> name, byte[] content)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var entry = 0; entry < entries; entry++)
            {
                using var file = archive.CreateEntry(name(entry)).Open();
                file.Write(content);
            }
        }

        return zip.ToArray();
    }

    // By BouncyCastle, as any maker of bombs may: compressed once the ratio is a thousand, twice a million.
    private byte[] Nesting(int megabytes, int levels) => Packets(output =>
    {
        var opened = new Stack<IDisposable>();
        for (var level = 0; level < levels; level++)
        {
            output = new PgpCompressedDataGenerator(CompressionAlgorithmTag.Zip, 9).Open(output);
            opened.Push(output);
        }

        WriteLiteral(output, megabytes);
        while (opened.TryPop(out var one))
            one.Dispose();
    });

    private static void WriteLiteral(Stream output, int megabytes)
    {
        using var literal = new PgpLiteralDataGenerator().Open(output, 'b', "", DateTime.UtcNow, new byte[1 << 16]);
        literal.Write("Content-Type: application/octet-stream\r\n\r\n"u8);
        Zeros(literal, megabytes);
    }

    private static void Zeros(Stream to, int megabytes)
    {
        var some = new byte[1 << 20];
        for (var at = 0; at < megabytes; at++)
            to.Write(some);
    }

    private byte[] Packets(Action<Stream> write)
    {
        using var packets = new MemoryStream();
        write(packets);
        using var sealedBytes = new MemoryStream();
        using (var armor = new ArmorWriter(sealedBytes))
        {
            var encrypting = new PgpEncryptedDataGenerator(SymmetricKeyAlgorithmTag.Aes256, withIntegrityPacket: true, new SecureRandom());
            encrypting.AddMethod(new PgpPublicKeyRing(gateway.Site.Key.Public.Write()).GetPublicKeys().Last(key => key.IsEncryptionKey));
            using (var output = encrypting.Open(armor, packets.Length))
                output.Write(packets.ToArray());
            armor.Complete();
        }

        return gateway.North.Encrypted(gateway.Site, sealedBytes.ToArray());
    }

    private async Task<long> MemoryAsync()
    {
        var process = (int)(await gateway.Site.Gateway.HealthAsync()).Report["processId"]!;
        var peak = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture) << 10;
    }
}
