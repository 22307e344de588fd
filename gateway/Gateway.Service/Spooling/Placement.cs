namespace Gateway.Service.Spooling;

/// <summary>What became of a received object in the spool.</summary>
internal enum Placement
{
    /// <summary>It was put into place.</summary>
    New,

    /// <summary>The same bytes of the same instance were there already.</summary>
    Duplicate,
}
