namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>What became of a proposed presentation context (PS3.8 section 9.3.3.2, table 9-18).</summary>
public enum ContextResult
{
    /// <summary>Accepted.</summary>
    Acceptance = 0,

    /// <summary>Rejected by the service user.</summary>
    UserRejection = 1,

    /// <summary>Rejected by the service provider without a reason.</summary>
    NoReason = 2,

    /// <summary>The abstract syntax is not supported.</summary>
    AbstractSyntaxNotSupported = 3,

    /// <summary>None of the transfer syntaxes is supported.</summary>
    TransferSyntaxesNotSupported = 4,
}
