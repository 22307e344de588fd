namespace Gateway.Dicom.DataSets;

/// <summary>
/// Encapsulated data (PS3.5 annex A.4): fragments, the first of which is the Basic Offset Table. A fragment is never loaded with its data
/// set.
/// </summary>
/// <param name="fragments">The fragments.</param>
public sealed class FragmentsValue(IReadOnlyList<BytesValue> fragments) : ElementValue
{
    /// <summary>The fragments in their order, with the Basic Offset Table.</summary>
    public IReadOnlyList<BytesValue> Fragments => fragments;
}
