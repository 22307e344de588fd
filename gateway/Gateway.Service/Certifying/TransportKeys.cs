using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>
/// The keys of the transport, made on this machine and never anywhere else, with requests and certificates for them. A request lies as <c>NAME.csr</c> in a folder, a certificate
/// that answers it, with its chain, as <c>NAME.DIGEST.crt</c> beside it. Where the key itself lies is the system's affair.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="subject">A part of the subject that finds this site's certificates.</param>
internal abstract class TransportKeys(string folder, string subject) : ISiteCertificates
{
    private const string RequestEnding = ".csr";
    private const string CertificateEnding = ".crt";

    /// <summary>Those of this machine: in Windows' stores, and in the folder where there are none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="subject">A part of the subject.</param>
    /// <param name="inMachineStore">Whether Windows' stores are used.</param>
    public static TransportKeys Of(string folder, string subject, bool inMachineStore) =>
        inMachineStore && OperatingSystem.IsWindows() ? new MachineTransportKeys(folder, subject) : new FolderTransportKeys(folder, subject);

    /// <summary>Makes a key and a request for it; neither takes the place of another.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="kind">The kind of key.</param>
    /// <param name="reader">The SID of the account that may use the key beside administrators; null for none.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="CryptographicException">The key cannot be made.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not.</exception>
    public PendingRequest Request(SigningRequest request, KeyKind kind, string? reader, DateTimeOffset now)
    {
        MakeFolder();
        var name = string.Create(CultureInfo.InvariantCulture, $"transport-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
        using var key = MakeKey(name, kind, reader);
        try
        {
            var file = PathOf(name, RequestEnding);
            WriteNew(file, request.Sign(key), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            return PendingRequest.Read(file);
        }
        catch
        {
            RemoveKey(name);
            throw;
        }
    }

    /// <summary>The requests whose keys are here, those that were answered too; the oldest first.</summary>
    public IReadOnlyList<PendingRequest> Requests() => !Directory.Exists(folder) ? []
        : [.. Directory.GetFiles(folder, "*" + RequestEnding).Order(StringComparer.Ordinal).Where(file => HasKey(Path.GetFileNameWithoutExtension(file))).Select(PendingRequest.Read)];

    /// <summary>Keeps a certificate for one of the keys, with its chain. The same again changes nothing.</summary>
    /// <param name="request">The request that it answers.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="chain">What its chain is made of.</param>
    /// <returns>Whether it is new.</returns>
    public bool Install(PendingRequest request, X509Certificate2 certificate, IReadOnlyCollection<X509Certificate2> chain)
    {
        var installed = new SiteCertificate(certificate, [], Problem: null);
        if (Read().Any(one => one.Problem is null && one.Is(installed)))
            return false;
        var file = PathOf($"{request.Name}.{Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))[..8]}", CertificateEnding); // an authority may answer a request twice
        var whole = file + ".new";
        File.WriteAllText(whole, string.Concat(chain.Prepend(certificate).Select(one => one.ExportCertificatePem() + "\n")));
        File.Move(whole, file, overwrite: true);
        Keep(request.Name, certificate, chain);
        return true;
    }

    /// <summary>Every certificate that was installed here, and those of their chains: what a chain may be made of.</summary>
    public virtual X509Certificate2Collection Known()
    {
        var all = new X509Certificate2Collection();
        foreach (var file in Certificates())
            all.ImportFromPemFile(file);
        return all;
    }

    /// <summary>Changes when they do; null where that cannot be told without reading them.</summary>
    public abstract string? Stamp();

    /// <summary>Reads the certificates that this site may be known by.</summary>
    public abstract IReadOnlyList<SiteCertificate> Read();

    /// <summary>Where the key of a request lies, for people.</summary>
    public abstract string PlaceOfKey(string name);

    /// <summary>The certificates' files.</summary>
    protected IReadOnlyList<string> Certificates() => Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*" + CertificateEnding).Order(StringComparer.Ordinal)] : [];

    /// <summary>Whether a certificate is one that finds this site.</summary>
    protected bool IsOwn(X509Certificate2 certificate) => certificate.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name of the key that a certificate's file is for.</summary>
    protected static string NameOf(string file) => Path.GetFileName(file).Split('.')[0];

    /// <summary>A file of the folder.</summary>
    protected string PathOf(string name, string ending) => Path.Combine(folder, name + ending);

    /// <summary>Makes a key that does not leave this machine.</summary>
    protected abstract AsymmetricAlgorithm MakeKey(string name, KeyKind kind, string? reader);

    /// <summary>Whether there is a key of that name.</summary>
    protected abstract bool HasKey(string name);

    /// <summary>Takes back a key that nothing was asked for with.</summary>
    protected abstract void RemoveKey(string name);

    /// <summary>Joins key and certificate where the gateway looks for them.</summary>
    protected abstract void Keep(string name, X509Certificate2 certificate, IReadOnlyCollection<X509Certificate2> chain);

    /// <summary>Writes a file that was not there.</summary>
    protected static void WriteNew(string file, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var stream = new FileStream(file, options);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder); // below the gateway's data, whose access list it has
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
