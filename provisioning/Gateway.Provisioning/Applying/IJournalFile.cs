using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Applying;

/// <summary>Where a journal's chain ends: kept beside the journal, so that a changed or missing end is noticed as a changed middle is.</summary>
/// <param name="Lines">How many lines the journal has.</param>
/// <param name="Head">Hash of the last one.</param>
public sealed record JournalAnchor(int Lines, Sha256Digest Head);

/// <summary>Where a journal lies.</summary>
public interface IJournalFile
{
    /// <summary>Its name, for messages.</summary>
    string Name { get; }

    /// <summary>Its bytes, none when it does not exist, and the anchor of the same moment, null when there is none.</summary>
    (byte[] Lines, JournalAnchor? Anchor) Read();

    /// <summary>Writes bytes at an offset, cuts off what stood behind it, and returns when they are on the device.</summary>
    /// <param name="offset">Where the last whole line ends.</param>
    /// <param name="bytes">The bytes.</param>
    void Append(long offset, byte[] bytes);

    /// <summary>Replaces the anchor and returns when it is on the device.</summary>
    /// <param name="anchor">The anchor.</param>
    void Anchor(JournalAnchor anchor);
}
