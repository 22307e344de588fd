using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Service.Probing;

namespace Gateway.Service.Certifying;

/// <summary>
/// Keys of CNG in the machine's key store, with Microsoft's software provider, which gives none of them out again (NCRYPT_EXPORT_POLICY_PROPERTY is 0), and certificates in
/// <c>LocalMachine\My</c>; of their chains, what others have issued, in <c>LocalMachine\CA</c>. Takes an administrator.
/// </summary>
/// <param name="folder">The folder of requests.</param>
/// <param name="subject">A part of the subject that finds this site's certificates.</param>
[SupportedOSPlatform("windows")]
internal sealed class MachineTransportKeys(string folder, string subject) : TransportKeys(folder, subject)
{
    private const string Descriptor = "Security Descr"; // NCRYPT_SECURITY_DESCR_PROPERTY
    private const CngPropertyOptions AccessList = (CngPropertyOptions)0x4; // DACL_SECURITY_INFORMATION

    private static readonly CngProvider Provider = CngProvider.MicrosoftSoftwareKeyStorageProvider;

    /// <summary>Who may use a key: SYSTEM and administrators wholly, and one account by reading it, as provisioning grants it.</summary>
    /// <param name="reader">The account's SID; null for none.</param>
    public static string RightsFor(string? reader) => "D:P(A;;FA;;;SY)(A;;FA;;;BA)" + (reader is null ? "" : $"(A;;FR;;;{reader})");

    public override string? Stamp() => null;

    public override IReadOnlyList<SiteCertificate> Read() =>
        [.. MachineCertificate.All().Where(IsOwn).Select(one => new SiteCertificate(one, [], Validity.HasUsableKey(one) ? null : "its key is not there, or this account may not use it"))];

    public override X509Certificate2Collection Known()
    {
        var all = base.Known();
        foreach (var name in new[] { StoreName.CertificateAuthority, StoreName.Root })
        {
            using var store = new X509Store(name, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly);
            all.AddRange(store.Certificates);
        }

        return all;
    }

    public override string PlaceOfKey(string name) => $"{Provider.Provider}, machine key {name}";

    protected override AsymmetricAlgorithm MakeKey(string name, KeyKind kind, string? reader)
    {
        var made = new CngKeyCreationParameters { Provider = Provider, KeyCreationOptions = CngKeyCreationOptions.MachineKey, ExportPolicy = CngExportPolicies.None };
        if (kind.IsRsa())
            made.Parameters.Add(new CngProperty("Length", BitConverter.GetBytes(kind.RsaBits()), CngPropertyOptions.None));
        var key = CngKey.Create(kind switch { KeyKind.P256 => CngAlgorithm.ECDsaP256, KeyKind.P384 => CngAlgorithm.ECDsaP384, _ => CngAlgorithm.Rsa }, name, made);
        try
        {
            key.SetProperty(new CngProperty(Descriptor, Bytes(RightsFor(reader)), AccessList));
            return AlgorithmOf(key);
        }
        catch
        {
            key.Delete();
            throw;
        }
    }

    protected override bool HasKey(string name) => CngKey.Exists(name, Provider, CngKeyOpenOptions.MachineKey);

    protected override void RemoveKey(string name)
    {
        using var key = CngKey.Open(name, Provider, CngKeyOpenOptions.MachineKey);
        key.Delete();
    }

    protected override void Keep(string name, X509Certificate2 certificate, IReadOnlyCollection<X509Certificate2> chain)
    {
        using (var key = AlgorithmOf(CngKey.Open(name, Provider, CngKeyOpenOptions.MachineKey)))
        using (var whole = key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key))
            Add(StoreName.My, whole);
        foreach (var issuer in chain.Where(one => !one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData)))
            Add(StoreName.CertificateAuthority, issuer);
    }

    private static void Add(StoreName name, X509Certificate2 certificate)
    {
        using var store = new X509Store(name, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadWrite);
        store.Add(certificate);
    }

    private static AsymmetricAlgorithm AlgorithmOf(CngKey key) => key.AlgorithmGroup == CngAlgorithmGroup.Rsa ? new RSACng(key) : new ECDsaCng(key);

    private static byte[] Bytes(string sddl)
    {
        var descriptor = new RawSecurityDescriptor(sddl);
        var bytes = new byte[descriptor.BinaryLength];
        descriptor.GetBinaryForm(bytes, 0);
        return bytes;
    }
}
