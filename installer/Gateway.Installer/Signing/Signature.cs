namespace Gateway.Installer.Signing;

/// <summary>Authenticode signatures by osslsigncode, SHA-256.</summary>
/// <param name="Certificate">The certificate with its chain, PEM.</param>
/// <param name="Key">Its private key, PEM; a path, for a secret is no argument.</param>
/// <param name="Timestamp">The address of an RFC 3161 time stamping authority, or null: a signature without a time stamp ends with its certificate.</param>
internal sealed record Signature(string Certificate, string Key, Uri? Timestamp)
{
    /// <summary>Signs a file in place.</summary>
    /// <param name="file">An executable or an MSI.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task SignAsync(string file, CancellationToken cancel)
    {
        var signed = file + ".signed";
        await Tool.RunAsync(
            "osslsigncode",
            ["sign", "-certs", Path.GetFullPath(Certificate), "-key", Path.GetFullPath(Key), "-h", "sha256", "-n", "DICOM-Mail Gateway", .. Timestamp is null ? Array.Empty<string>() : ["-ts", Timestamp.ToString()], "-in", file, "-out", signed],
            Path.GetDirectoryName(Path.GetFullPath(file))!,
            cancel);
        File.Move(signed, file, overwrite: true);
    }

    /// <summary>Verifies a file's signature.</summary>
    /// <param name="file">An executable or an MSI.</param>
    /// <param name="authority">The authority that its certificate must come from, PEM.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="BuildFailure">It has none, or one that does not fit (GW8002).</exception>
    public static Task VerifyAsync(string file, string authority, CancellationToken cancel) =>
        Tool.RunAsync("osslsigncode", ["verify", "-CAfile", Path.GetFullPath(authority), "-in", Path.GetFullPath(file)], Path.GetDirectoryName(Path.GetFullPath(file))!, cancel);
}
