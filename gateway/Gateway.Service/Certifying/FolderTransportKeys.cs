using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Service.Securing;

namespace Gateway.Service.Certifying;

/// <summary>Keys as files, PKCS #8 in PEM, that only their owner may read: for a machine without a store of its own.</summary>
/// <param name="folder">The folder.</param>
/// <param name="subject">A part of the subject that finds this site's certificates.</param>
internal sealed class FolderTransportKeys(string folder, string subject) : TransportKeys(folder, subject)
{
    private const string KeyEnding = ".key";

    public override string? Stamp() => string.Join('\n', Certificates().Select(file => new FileInfo(file)).Select(file => $"{file.Name} {file.LastWriteTimeUtc.Ticks} {file.Length}"));

    public override IReadOnlyList<SiteCertificate> Read() => [.. Certificates().Select(ReadOne).Where(one => IsOwn(one.Certificate))];

    public override string PlaceOfKey(string name) => PathOf(name, KeyEnding);

    protected override AsymmetricAlgorithm MakeKey(string name, KeyKind kind, string? reader)
    {
        var key = kind.MakeKey();
        WriteNew(PlaceOfKey(name), key.ExportPkcs8PrivateKeyPem() + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return key;
    }

    protected override bool HasKey(string name) => File.Exists(PlaceOfKey(name));

    protected override void RemoveKey(string name) => File.Delete(PlaceOfKey(name));

    // The certificate's file beside the key is all there is to it.
    protected override void Keep(string name, X509Certificate2 certificate, IReadOnlyCollection<X509Certificate2> chain)
    {
    }

    private SiteCertificate ReadOne(string file)
    {
        var bare = X509CertificateLoader.LoadCertificateFromFile(file);
        try
        {
            var whole = CertificateFiles.Read(file, PlaceOfKey(NameOf(file)), password: null);
            bare.Dispose();
            return new SiteCertificate(whole, CertificateFiles.ChainIn(file, whole), Problem: null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return new SiteCertificate(bare, [], $"its key cannot be used: {failure.Message}");
        }
    }
}
