using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Rig.MailPeers;

/// <summary>An authority at work as one is outside of tests: OpenSSL's <c>ca</c> signs requests, takes certificates back, and says which (openssl-ca(1)).</summary>
public sealed class OpenSslSigner : IDisposable
{
    private const string OpenSsl = "/usr/bin/openssl";

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-ca-").FullName;

    /// <summary>The desk of an authority.</summary>
    /// <param name="authority">Its certificate with its key.</param>
    public OpenSslSigner(X509Certificate2 authority)
    {
        File.WriteAllText(In("authority.crt"), authority.ExportCertificatePem() + "\n");
        using var key = authority.GetRSAPrivateKey()!;
        File.WriteAllText(In("authority.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(In("index.txt"), "");
        File.WriteAllText(In("ca.cnf"), $"""
            [ ca ]
            default_ca = desk
            [ desk ]
            database = {folder}/index.txt
            new_certs_dir = {folder}
            certificate = {folder}/authority.crt
            private_key = {folder}/authority.key
            default_md = sha256
            default_crl_days = 1
            rand_serial = yes
            unique_subject = no
            policy = whoever
            [ whoever ]
            commonName = supplied

            """);
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? WhyNot => File.Exists(OpenSsl) ? null : "openssl is not installed";

    /// <summary>The file with its own certificate, PEM.</summary>
    public string AuthorityFile => In("authority.crt");

    /// <summary>What a request says, in words (openssl-req(1)), its signature having been checked.</summary>
    public static string Look(string request) => Run("req", "-in", request, "-noout", "-text", "-verify");

    /// <summary>Signs a request.</summary>
    /// <param name="request">The request's file, PEM.</param>
    /// <param name="from">From when the certificate counts.</param>
    /// <param name="until">Until when.</param>
    /// <param name="extensions">Its extensions in place of those that were asked for, in OpenSSL's words (x509v3_config(5)); null for what was asked for.</param>
    /// <returns>The certificate's file, PEM.</returns>
    public string Sign(string request, DateTimeOffset from, DateTimeOffset until, string? extensions = null)
    {
        var certificate = In($"{RandomNumberGenerator.GetHexString(8)}.crt");
        var extras = In("extensions.cnf");
        File.WriteAllText(extras, extensions ?? "");
        Run([
            "ca", "-config", In("ca.cnf"), "-batch", "-notext", "-preserveDN", "-in", request, "-out", certificate, "-startdate", Time(from), "-enddate", Time(until),
            .. extensions is null ? CopyAll() : ["-extfile", extras]]);
        return certificate;
    }

    /// <summary>Takes a certificate back.</summary>
    public void Revoke(string certificate) => Run("ca", "-config", In("ca.cnf"), "-revoke", certificate);

    /// <summary>The list of those that were taken back (DER).</summary>
    public byte[] RevocationList()
    {
        Run("ca", "-config", In("ca.cnf"), "-gencrl", "-out", In("list.pem"));
        Run("crl", "-in", In("list.pem"), "-outform", "DER", "-out", In("list.der"));
        return File.ReadAllBytes(In("list.der"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // What was asked for is taken over by a setting of the desk's, not by an option.
    private string[] CopyAll()
    {
        File.WriteAllText(In("copying.cnf"), File.ReadAllText(In("ca.cnf")).Replace("policy = whoever", "policy = whoever\ncopy_extensions = copy", StringComparison.Ordinal));
        return ["-config", In("copying.cnf")];
    }

    private string In(string name) => Path.Combine(folder, name);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "Z";

    private static string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(OpenSsl, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output + errors.Result : throw new InvalidOperationException($"openssl {string.Join(' ', arguments)}: {errors.Result}");
    }
}
