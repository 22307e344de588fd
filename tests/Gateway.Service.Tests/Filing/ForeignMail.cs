using System.Diagnostics;
using Gateway.Service.Tests.Partnering;
using Xunit;

namespace Gateway.Service.Tests.Filing;

/// <summary>Mail of a partner whose gateway is not ours: written by Python's email package, signed and encrypted by gpg.</summary>
public sealed class ForeignMail : IDisposable
{
    private const string Script =
        """
        import subprocess, sys
        from email.mime.application import MIMEApplication
        from email.mime.multipart import MIMEMultipart
        from email.mime.text import MIMEText
        from email.utils import formatdate, make_msgid

        home, signer, recipient, sender, to, out, *parts = sys.argv[1:]
        message_id = make_msgid(domain=sender.split("@")[1])
        inner = MIMEMultipart("related", type="application/dicom")
        inner["From"], inner["To"], inner["Date"], inner["Message-ID"] = sender, to, formatdate(), message_id
        for part in parts:
            kind, study, name, path = part.split("|")
            with open(path, "rb") as file:
                data = file.read()
            if kind == "text":
                one = MIMEText(data.decode("utf-8"), "plain", "utf-8")
            else:
                one = MIMEApplication(data, kind)
            if name:
                one.add_header("Content-Disposition", "attachment", filename=name)
            if study:
                one["X-TELEMEDICINE-STUDYID"] = study
            inner.attach(one)
        sealed = subprocess.run(
            ["gpg", "--homedir", home, "--batch", "--quiet", "--trust-model", "always", "--pinentry-mode", "loopback", "--armor", "--local-user", signer, "--recipient", recipient,
             "--sign", "--encrypt"], input=inner.as_bytes(), stdout=subprocess.PIPE, check=True).stdout
        outer = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
        outer["From"], outer["To"], outer["Date"], outer["Message-ID"], outer["Subject"] = sender, to, formatdate(), message_id, "DICOM-eMail"
        outer["X-TELEMEDICINE-DISPOSITION-NOTIFICATION-TO"] = sender
        version = MIMEApplication(b"Version: 1\n", "pgp-encrypted", lambda message: None)
        content = MIMEApplication(sealed, "octet-stream", lambda message: None, name="encrypted.asc")
        outer.attach(version)
        outer.attach(content)
        with open(out, "wb") as file:
            file.write(outer.as_bytes())
        """;

    private readonly string home = Directory.CreateTempSubdirectory("foreign-").FullName;
    private readonly Site from;
    private readonly Site to;
    private readonly string mailbox;
    private int count;

    /// <summary>A partner that writes to a site.</summary>
    /// <param name="from">The partner: its address and its key.</param>
    /// <param name="to">The site.</param>
    /// <param name="pickup">The folder that mail lies in.</param>
    public ForeignMail(Site from, Site to, string pickup)
    {
        (this.from, this.to) = (from, to);
        mailbox = Path.Combine(pickup, "pickup", to.Address);
        Directory.CreateDirectory(mailbox);
        Import("ours", from.Key.Write());
        Import("theirs", System.Text.Encoding.ASCII.GetBytes(to.Key.Public.ToArmor()));
    }

    /// <summary>A part with a file's content.</summary>
    /// <param name="kind">The subtype of <c>application</c>, or <c>text</c> for plain text in UTF-8.</param>
    /// <param name="content">The content.</param>
    /// <param name="name">Its name; none where it is not attached.</param>
    /// <param name="study">The study that it says it belongs to.</param>
    public string Part(string kind, byte[] content, string name = "", string study = "")
    {
        var path = Path.Combine(home, $"part-{++count}");
        File.WriteAllBytes(path, content);
        return $"{kind}|{study}|{name}|{path}";
    }

    /// <summary>Sends a message of parts.</summary>
    public void Send(params string[] parts)
    {
        var path = Path.Combine(home, $"mail-{++count}.eml");
        Run("python3", ["-c", Script, home, from.Key.Fingerprint.Value, to.Key.Fingerprint.Value, from.Address, to.Address, path, .. parts]);
        File.Move(path, Path.Combine(mailbox, Path.GetFileName(path)));
    }

    public void Dispose()
    {
        Run("gpgconf", ["--homedir", home, "--kill", "all"]);
        Directory.Delete(home, recursive: true);
    }

    private void Import(string name, byte[] key)
    {
        File.WriteAllBytes(Path.Combine(home, name), key);
        Run("gpg", ["--homedir", home, "--batch", "--quiet", "--import", Path.Combine(home, name)]);
    }

    private static void Run(string tool, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool}: {said}");
    }
}
