using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>Keys that every test may use: making RSA keys takes time.</summary>
internal static class Keys
{
    /// <summary>Now, in whole seconds, a little ago: gpg refuses what comes from the future.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60);

    public static readonly OwnKey Rsa = OwnKey.Generate(KeyAlgorithm.Rsa3072, "Praxis Süd <sued@rsa.example>", Now.AddDays(-1), TimeSpan.FromDays(365));

    public static readonly OwnKey Curve = OwnKey.Generate(KeyAlgorithm.Curve25519, "Klinik Nord <nord@curve.example>", Now.AddDays(-1), TimeSpan.FromDays(365));

    public static readonly OwnKey Stranger = OwnKey.Generate(KeyAlgorithm.Curve25519, "Stranger <stranger@curve.example>", Now.AddDays(-1), TimeSpan.FromDays(365));

    public static readonly KeyRing Ring = new([Rsa, Curve], []);

    public static OwnKey Of(KeyAlgorithm algorithm) => algorithm == KeyAlgorithm.Curve25519 ? Curve : Rsa;
}
