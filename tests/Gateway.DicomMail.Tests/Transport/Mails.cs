using System.Globalization;
using System.Text;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>Messages in files.</summary>
internal sealed class Mails : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("gateway-mails-").FullName;

    /// <summary>A small one.</summary>
    public string Small(string id = "1@site-a.test") => Write($"Message-ID: <{id}>\r\nFrom: gw@site-a.test\r\nTo: gw@site-b.test\r\nSubject: DICOM-eMail\r\n\r\n.\r\n..two dots\r\nend\r\n");

    /// <summary>One of this many bytes, with lines as base64 has them, and dots.</summary>
    public string OfSize(long bytes, string id = "large@site-a.test", int seed = 1)
    {
        var header = $"Message-ID: <{id}>\r\nFrom: gw@site-a.test\r\nTo: gw@site-b.test\r\nSubject: DICOM-eMail\r\n\r\n";
        var random = new Random(seed);
        var content = new byte[bytes];
        Encoding.ASCII.GetBytes(header, content);
        for (var i = header.Length; i < bytes; i++)
            content[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/.."u8[random.Next(66)];
        for (var i = header.Length + 76L; i + 80 < bytes; i += 78)
            (content[i], content[i + 1]) = ((byte)'\r', (byte)'\n');
        (content[^2], content[^1]) = ((byte)'\r', (byte)'\n');
        return Write(content);
    }

    public string Write(string message) => Write(Encoding.Latin1.GetBytes(message));

    public string Write(byte[] message)
    {
        var path = Path.Combine(Folder, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        File.WriteAllBytes(path, message);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
