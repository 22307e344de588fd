using System.Globalization;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;

namespace Gateway.Service.Partnering;

/// <summary>This gateway's own keys, as gwctl asks for them: made, and followed by another.</summary>
internal static class OwnKeysApi
{
    private const int LongestOverlapDays = 365;

    /// <summary>Adds it to the application's protected part.</summary>
    public static void MapOwnKeys(this IEndpointRouteBuilder api)
    {
        api.MapPost("/keys", (string algorithm, int years, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, TimeProvider time, ILogger<Correspondence> log) =>
            TurnsOf(folders).At(time.GetUtcNow()) is { } signer
                ? Refusal.Answer("GW7218", $"a key of this gateway that signs: {signer.Fingerprint}", "gwctl keys rotate, which makes the next one and gives partners the time to accept it")
                : Make(algorithm, years, 0, folders, mail, settings, time.GetUtcNow(), log));
        api.MapPost("/keys/rotate", (string algorithm, int years, int overlapDays, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, TimeProvider time, ILogger<Correspondence> log) =>
            Make(algorithm, years, overlapDays, folders, mail, settings, time.GetUtcNow(), log));
    }

    private static IResult Make(string algorithm, int years, int overlapDays, CorrespondentsFolders folders, MailSettings mail, ServiceSettings settings, DateTimeOffset now, ILogger log)
    {
        if (!Enum.TryParse<KeyAlgorithm>(algorithm, ignoreCase: true, out var kind) || years is < 1 or > 10 || overlapDays is < 0 or > LongestOverlapDays)
            return Refusal.Answer("GW7211", $"{algorithm} for {years} years, overlapping {overlapDays} days", $"curve25519, rsa3072 or rsa4096, for 1 to 10 years, overlapping 0 to {LongestOverlapDays} days");
        var key = OwnKey.Generate(kind, string.Create(CultureInfo.InvariantCulture, $"DICOM-Mail Gateway, {settings.Site} <{mail.Address}>"), now, TimeSpan.FromDays(365 * years));
        folders.Keep(key, now.AddDays(overlapDays));
        log.OwnKeyMade(key.Fingerprint.Value, overlapDays);
        return Results.Json(KeyEntry.OfOwn(TurnsOf(folders), now).ToList());
    }

    private static SigningTurns TurnsOf(CorrespondentsFolders folders) => folders.ReadTurns(folders.ReadKeys());
}
