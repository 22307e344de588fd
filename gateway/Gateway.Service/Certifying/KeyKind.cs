using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>What kind of key a certificate has (BSI TR-02102-1: RSA from 3000 bits, curves from 250).</summary>
internal enum KeyKind
{
    Rsa3072,
    Rsa4096,
    P256,
    P384,
}

/// <summary>Kinds of keys by name and by key.</summary>
internal static class KeyKinds
{
    /// <summary>Those that there are, as the command line names them.</summary>
    public const string Names = "rsa3072, rsa4096, p256 or p384";

    /// <summary>The kind of that name; null where there is none.</summary>
    public static KeyKind? Named(string name) => name switch
    {
        "rsa3072" => KeyKind.Rsa3072,
        "rsa4096" => KeyKind.Rsa4096,
        "p256" => KeyKind.P256,
        "p384" => KeyKind.P384,
        _ => null,
    };

    /// <summary>The kind that is as strong as a certificate's key, and at least the weakest that is made.</summary>
    public static KeyKind Like(X509Certificate2 certificate)
    {
        using var curve = certificate.GetECDsaPublicKey();
        if (curve is not null)
            return curve.KeySize <= 256 ? KeyKind.P256 : KeyKind.P384;
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.KeySize > 3072 ? KeyKind.Rsa4096 : KeyKind.Rsa3072;
    }

    /// <summary>Whether it is one of RSA.</summary>
    public static bool IsRsa(this KeyKind kind) => kind is KeyKind.Rsa3072 or KeyKind.Rsa4096;

    /// <summary>How long its modulus is, in bits.</summary>
    public static int RsaBits(this KeyKind kind) => kind == KeyKind.Rsa4096 ? 4096 : 3072;

    /// <summary>Makes a key in memory.</summary>
    public static AsymmetricAlgorithm MakeKey(this KeyKind kind) => kind switch
    {
        KeyKind.P256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        KeyKind.P384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        _ => RSA.Create(kind.RsaBits()),
    };
}
