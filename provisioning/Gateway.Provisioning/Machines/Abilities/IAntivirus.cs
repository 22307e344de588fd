using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>The virus scanner.</summary>
public interface IAntivirus : IAbility
{
    /// <summary>Scanners and effective exclusions.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<AntivirusState> ReadAsync(CancellationToken cancel);

    /// <summary>Adds an exclusion.</summary>
    /// <param name="exclusion">The exclusion.</param>
    /// <param name="cancel">Cancels.</param>
    Task AddAsync(Exclusion exclusion, CancellationToken cancel);

    /// <summary>Removes an exclusion; nothing happens when there is none.</summary>
    /// <param name="exclusion">The exclusion.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(Exclusion exclusion, CancellationToken cancel);
}

/// <summary>Kinds of exclusions.</summary>
public enum ExclusionKind
{
    /// <summary>A folder and what lies in it.</summary>
    Folder,

    /// <summary>What a process opens.</summary>
    Process,

    /// <summary>Files with an extension.</summary>
    Extension,
}

/// <summary>An exclusion of the virus scanner.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">Folder, executable or extension.</param>
public sealed record Exclusion(ExclusionKind Kind, string Value);

/// <summary>A virus scanner.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">Whether it protects.</param>
/// <param name="SignatureAgeDays">Age of its signatures, days, or null when nobody could say.</param>
/// <param name="ExclusionsReadable">Whether its exclusions can be read and set (Microsoft Defender) or not (a third party's).</param>
public sealed record AntivirusProduct(string Name, bool Active, int? SignatureAgeDays, bool ExclusionsReadable);

/// <summary>Virus scanners and effective exclusions.</summary>
/// <param name="Products">Scanners.</param>
/// <param name="Exclusions">Effective exclusions of the one that can be read.</param>
/// <param name="ExclusionsLocked">Whether policy or tamper protection swallows changes.</param>
public sealed record AntivirusState(IReadOnlyList<AntivirusProduct> Products, IReadOnlyList<Exclusion> Exclusions, bool ExclusionsLocked)
{
    /// <summary>Why exclusions that can be read were not this time, or null; then <see cref="Exclusions"/> is empty and says nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Wording? ExclusionsUnread { get; init; }

    /// <summary>Who swallows changes, and who can help; null when nobody does, or nobody can say who.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Wording? LockedBy { get; init; }
}
