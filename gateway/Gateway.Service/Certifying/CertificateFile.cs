using Gateway.Service.Securing;

namespace Gateway.Service.Certifying;

/// <summary>The one certificate that a file of the configuration holds, PEM or PFX, with its key.</summary>
/// <param name="file">The file.</param>
internal sealed class CertificateFile(string file) : ISiteCertificates
{
    public string? Stamp() => new FileInfo(file) is { Exists: true } there ? $"{there.LastWriteTimeUtc.Ticks} {there.Length}" : "";

    public IReadOnlyList<SiteCertificate> Read()
    {
        var certificate = CertificateFiles.Read(file, keyFile: null, password: null);
        return [new SiteCertificate(certificate, CertificateFiles.ChainIn(file, certificate), Problem: null)];
    }
}
