namespace Gateway.Dicom.DataSets;

/// <summary>A sequence of items (PS3.5 section 7.5).</summary>
/// <param name="items">The items.</param>
/// <param name="isUndefinedLength">Whether a delimiter ends it, and not its length.</param>
public sealed class SequenceValue(IReadOnlyList<SequenceItem> items, bool isUndefinedLength = false) : ElementValue
{
    /// <summary>The items in their order.</summary>
    public IReadOnlyList<SequenceItem> Items => items;

    /// <summary>Whether a delimiter ends it, and not its length.</summary>
    public bool IsUndefinedLength => isUndefinedLength;
}
