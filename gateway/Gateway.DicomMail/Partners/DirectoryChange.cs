using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Partners;

/// <summary>What is other about whom in a new directory: by which addresses and keys a partner is known there.</summary>
/// <param name="Partner">The partner's id.</param>
/// <param name="Kind">Whether it is new, gone, or known by other addresses or keys.</param>
/// <param name="AddressesAdded">Its new addresses.</param>
/// <param name="AddressesRemoved">Those that are no longer its.</param>
/// <param name="KeysAdded">Its new keys.</param>
/// <param name="KeysRemoved">Those that are no longer its.</param>
public sealed record DirectoryChange(
    string Partner, DirectoryChangeKind Kind, IReadOnlyList<string> AddressesAdded, IReadOnlyList<string> AddressesRemoved, IReadOnlyList<Fingerprint> KeysAdded, IReadOnlyList<Fingerprint> KeysRemoved)
{
    /// <summary>Whether a person has to say yes to it: a new partner's keys are accepted singly anyway, anything else changes who is believed.</summary>
    public bool NeedsPerson => Kind != DirectoryChangeKind.Added;

    /// <summary>What changes from one directory to another. Capabilities do not count.</summary>
    public static IReadOnlyList<DirectoryChange> Between(PartnerDirectory before, PartnerDirectory after) =>
        [.. before.Partners.Concat(after.Partners).Select(partner => partner.Id).Distinct().Select(id => Of(id, before.Find(id), after.Find(id))).OfType<DirectoryChange>()];

    private static DirectoryChange? Of(string id, Partner? before, Partner? after)
    {
        IReadOnlyList<string> Addresses(Partner? of, Partner? without) => [.. (of?.Addresses ?? []).Except(without?.Addresses ?? [], StringComparer.OrdinalIgnoreCase)];
        IReadOnlyList<Fingerprint> Keys(Partner? of, Partner? without) => [.. (of?.Keys ?? []).Except(without?.Keys ?? [])];
        var kind = before is null ? DirectoryChangeKind.Added : after is null ? DirectoryChangeKind.Removed : DirectoryChangeKind.Changed;
        var change = new DirectoryChange(id, kind, Addresses(after, before), Addresses(before, after), Keys(after, before), Keys(before, after));
        return kind == DirectoryChangeKind.Changed && change is { AddressesAdded: [], AddressesRemoved: [], KeysAdded: [], KeysRemoved: [] } ? null : change;
    }
}

/// <summary>How a partner differs between two directories.</summary>
public enum DirectoryChangeKind
{
    /// <summary>Only the new one names it.</summary>
    Added,

    /// <summary>Only the old one names it.</summary>
    Removed,

    /// <summary>Both name it, with other addresses or keys.</summary>
    Changed,
}
