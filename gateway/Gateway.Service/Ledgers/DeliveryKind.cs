namespace Gateway.Service.Ledgers;

/// <summary>Why a delivery holds what it holds.</summary>
internal enum DeliveryKind
{
    /// <summary>A part of an emergency, sent while its images still arrive.</summary>
    Part,

    /// <summary>Images of messages from a partner, which has waited for their silence itself.</summary>
    Message,

    /// <summary>A series in which nothing has arrived for a while.</summary>
    Series,

    /// <summary>A study in which nothing has arrived for a while.</summary>
    Study,

    /// <summary>What arrived longest ago of a study that does not come to rest.</summary>
    Forced,

    /// <summary>Images of a study that was sent before.</summary>
    Supplement,

    /// <summary>What a person wants sent again.</summary>
    Resend,
}
