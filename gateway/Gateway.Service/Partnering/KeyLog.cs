namespace Gateway.Service.Partnering;

/// <summary>What is logged of what people do with keys and partners: fingerprints and counts.</summary>
internal static partial class KeyLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "A key lies in quarantine, {Standing}: {Fingerprint}")]
    public static partial void KeySuspected(this ILogger log, string standing, string fingerprint);

    [LoggerMessage(Level = LogLevel.Information, Message = "A partner's key is accepted: {Fingerprint}")]
    public static partial void KeyAccepted(this ILogger log, string fingerprint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A partner has revoked its key {Fingerprint}: nothing is sent to it any more, and nothing that it signs is believed")]
    public static partial void KeyRevoked(this ILogger log, string fingerprint);

    [LoggerMessage(Level = LogLevel.Information, Message = "A key of this gateway is made, {Fingerprint}: it signs after {Days} days, or where the one before ends earlier")]
    public static partial void OwnKeyMade(this ILogger log, string fingerprint, int days);

    [LoggerMessage(Level = LogLevel.Information, Message = "A secret key of this gateway is imported: {Fingerprint}")]
    public static partial void OwnKeyImported(this ILogger log, string fingerprint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} secret keys of this gateway are laid up, encrypted to the recovery key {Fingerprint}")]
    public static partial void OwnKeysLaidUp(this ILogger log, int count, string fingerprint);

    [LoggerMessage(Level = LogLevel.Information, Message = "The partner directory is taken over: {Partners} partners; of those before, {Changes} are removed or have other addresses or keys")]
    public static partial void DirectoryTaken(this ILogger log, int partners, int changes);
}
