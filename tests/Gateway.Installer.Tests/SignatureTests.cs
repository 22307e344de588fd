using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Installer.Signing;
using Xunit;

namespace Gateway.Installer.Tests;

/// <summary>What is signed verifies, and what was changed since does not.</summary>
public class SignatureTests
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3"; // id-kp-codeSigning (RFC 5280, 4.2.1.12)

    [Fact]
    public async Task A_signed_MSI_and_a_signed_executable_verify_until_they_are_changed()
    {
        using var product = new SmallProduct();
        var cancel = TestContext.Current.CancellationToken;
        await product.BuildAsync();
        var program = Path.Combine(product.Folder, "program.exe");
        await File.WriteAllTextAsync(Path.Combine(product.Folder, "program.c"), "int main(void) { return 0; }\n", cancel);
        await Tool.RunAsync("x86_64-w64-mingw32-gcc", ["-o", program, "program.c"], product.Folder, cancel);
        var (certificate, key, authority) = Signer(product.Folder);
        foreach (var file in new[] { product.Msi, program })
        {
            await Assert.ThrowsAsync<BuildFailure>(() => Signature.VerifyAsync(file, authority, cancel));
            await new Signature(certificate, key, null).SignAsync(file, cancel);
            await Signature.VerifyAsync(file, authority, cancel);
            var bytes = await File.ReadAllBytesAsync(file, cancel);
            bytes[bytes.Length / 3] ^= 1;
            await File.WriteAllBytesAsync(file, bytes, cancel);
            await Assert.ThrowsAsync<BuildFailure>(() => Signature.VerifyAsync(file, authority, cancel));
        }
    }

    private static (string Certificate, string Key, string Authority) Signer(string folder)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var rootKey = RSA.Create(3072);
        var request = new CertificateRequest("CN=Test authority", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var root = request.CreateSelfSigned(from, until);
        using var ownKey = RSA.Create(3072);
        var own = new CertificateRequest("CN=Test signer", ownKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        own.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(CodeSigning)], critical: false));
        using var issued = own.Create(root, from, until, RandomNumberGenerator.GetBytes(8));
        string Write(string name, string pem)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, pem + "\n");
            return path;
        }

        return (Write("signer.crt", issued.ExportCertificatePem()), Write("signer.key", ownKey.ExportPkcs8PrivateKeyPem()), Write("authority.crt", root.ExportCertificatePem()));
    }
}
