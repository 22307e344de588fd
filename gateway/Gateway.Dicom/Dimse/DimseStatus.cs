namespace Gateway.Dicom.Dimse;

/// <summary>The Status (0000,0900) of a response (PS3.7 annex C; for C-STORE PS3.4 table B.2-1).</summary>
/// <param name="Code">The 16 bit code.</param>
public readonly record struct DimseStatus(ushort Code)
{
    /// <summary>0000: success.</summary>
    public static DimseStatus Success => new(0x0000);

    /// <summary>0110: processing failure.</summary>
    public static DimseStatus ProcessingFailure => new(0x0110);

    /// <summary>0112: the SOP instance is not known here.</summary>
    public static DimseStatus NoSuchSopInstance => new(0x0112);

    /// <summary>0113: the event type is not one of the SOP class.</summary>
    public static DimseStatus NoSuchEventType => new(0x0113);

    /// <summary>0115: a parameter has a value that is not to be had.</summary>
    public static DimseStatus InvalidArgumentValue => new(0x0115);

    /// <summary>0118: the SOP class is not known here.</summary>
    public static DimseStatus NoSuchSopClass => new(0x0118);

    /// <summary>0123: the action type is not one of the SOP class.</summary>
    public static DimseStatus NoSuchActionType => new(0x0123);

    /// <summary>0210: the message id is that of an operation that is still outstanding.</summary>
    public static DimseStatus DuplicateInvocation => new(0x0210);

    /// <summary>0211: the operation is not one of the agreed ones.</summary>
    public static DimseStatus UnrecognizedOperation => new(0x0211);

    /// <summary>0213: there is no room for what is asked.</summary>
    public static DimseStatus ResourceLimitation => new(0x0213);

    /// <summary>A700: refused, out of resources; the same object may be accepted later.</summary>
    public static DimseStatus OutOfResources => new(0xA700);

    /// <summary>A900: the data set does not match the SOP class or instance of the command.</summary>
    public static DimseStatus DataSetDoesNotMatch => new(0xA900);

    /// <summary>C000: the data set cannot be understood.</summary>
    public static DimseStatus CannotUnderstand => new(0xC000);

    /// <summary>Whether it means success.</summary>
    public bool IsSuccess => Code == 0;

    /// <summary>Whether it is a warning: done, with a remark (PS3.7 annex C.1.2; also 0001, 0107 and 0116).</summary>
    public bool IsWarning => Code is 0x0001 or 0x0107 or 0x0116 || Code >> 12 == 0xB;

    /// <summary>The code, hexadecimal, as the standard writes it.</summary>
    public override string ToString() => $"0x{Code:X4}";
}
