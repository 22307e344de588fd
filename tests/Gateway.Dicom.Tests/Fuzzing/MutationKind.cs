namespace Gateway.Dicom.Tests.Fuzzing;

/// <summary>What a mutation does.</summary>
public enum MutationKind
{
    Representation,
    Length,
    LengthByALittle,
    Tag,
    Nest,
    Delimiter,
    Repeat,
    Remove,
    Truncate,
    Byte,
}
