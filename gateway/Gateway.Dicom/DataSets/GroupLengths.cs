namespace Gateway.Dicom.DataSets;

/// <summary>What becomes of group length elements (gggg,0000), which the standard has given up (PS3.5 section 7.2).</summary>
public enum GroupLengths
{
    /// <summary>They are left out.</summary>
    Drop,

    /// <summary>Those that are there are written with the lengths that their groups have.</summary>
    Recompute,
}
