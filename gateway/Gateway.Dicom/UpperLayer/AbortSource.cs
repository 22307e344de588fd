namespace Gateway.Dicom.UpperLayer;

/// <summary>Who aborts an association (PS3.8 section 9.3.8, table 9-26).</summary>
public enum AbortSource
{
    /// <summary>The service user: an application that does not want to go on.</summary>
    ServiceUser = 0,

    /// <summary>Not assigned.</summary>
    NotAssigned = 1,

    /// <summary>The service provider: the upper layer, because of what it received.</summary>
    ServiceProvider = 2,
}
